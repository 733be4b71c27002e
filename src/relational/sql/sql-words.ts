import { scanSql } from './sql-scanner.js';

const VERBS = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'table']);

/** What a statement does, in the word that the server's answer begins with: `SELECT`, `INSERT`, `CREATE` … */
export function commandOf(sql: string): string {
  const first = leadingWords(sql, 1)[0] ?? '';
  if (first === 'with') return (mainVerb(sql) ?? 'select').toUpperCase();
  return first === 'values' || first === 'table' || first === '(' ? 'SELECT' : first.toUpperCase();
}

/** The first words of a statement in lower case, without comments. */
export function leadingWords(sql: string, count: number): string[] {
  const words: string[] = [];
  for (const { kind, text } of scanSql(sql)) {
    if (kind === 'space' || kind === 'comment') continue;
    words.push(text.toLowerCase());
    if (words.length === count) break;
  }
  return words;
}

/** Whether a statement only reads, as far as its text tells; a function that it calls may write. */
export function looksReadOnly(sql: string): boolean {
  return /^\s*select\b/i.test(sql) && !/\bfor\s+(?:no\s+key\s+|key\s+)?(?:update|share)\b/i.test(sql);
}

/** The verb behind the common table expressions: the first outside of parentheses. */
function mainVerb(sql: string): string | undefined {
  let depth = 0;
  for (const { kind, text } of scanSql(sql)) {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    else if (depth === 0 && kind === 'word' && VERBS.has(text.toLowerCase())) return text.toLowerCase();
  }
  return undefined;
}

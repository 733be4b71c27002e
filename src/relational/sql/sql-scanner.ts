/** A piece of SQL text. Put together, the pieces of a text give the text. */
export interface SqlToken {
  readonly kind: 'parameter' | 'literal' | 'comment' | 'space' | 'word' | 'cast' | 'symbol';
  readonly text: string;
}

const SPACE = /\s+/y;
const WORD = /[\p{L}_][\p{L}\p{N}\p{M}_$]*/uy;
const NUMBER = /\d[\d_.]*/y;
const PARAMETER = /\$\d+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const CAST = /::|:=/y;
const QUOTED_IDENTIFIER = /"[^"]*(?:""[^"]*)*("|$)/y;
const STRING = /'[^']*(?:''[^']*)*('|$)/y;
const ESCAPE_STRING = /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*('|\\?$)/y;
const DOLLAR_QUOTE = /\$(?:[\p{L}_][\p{L}\p{N}\p{M}_]*)?\$/uy;

const RULES: readonly (readonly [SqlToken['kind'], RegExp])[] = [
  ['space', SPACE],
  ['literal', ESCAPE_STRING],
  ['literal', STRING],
  ['literal', QUOTED_IDENTIFIER],
  ['comment', LINE_COMMENT],
  ['parameter', PARAMETER],
  ['word', WORD],
  ['symbol', NUMBER],
  ['cast', CAST],
];

/**
 * Cuts SQL where PostgreSQL's own lexer does (manual, "Lexical Structure"), as far as it matters for finding
 * parameters and the ends of statements: strings with and without escapes, quoted identifiers, dollar quotes,
 * nested comments. What is left open at the end reaches to the end, and the server will complain.
 */
export function* scanSql(sql: string): Generator<SqlToken> {
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at);
    yield token;
    at += token.text.length;
  }
}

function tokenAt(sql: string, at: number): SqlToken {
  if (sql.startsWith('/*', at)) return { kind: 'comment', text: blockComment(sql, at) };
  const tag = match(DOLLAR_QUOTE, sql, at);
  if (tag !== undefined) return { kind: 'literal', text: dollarQuoted(sql, at, tag) };
  for (const [kind, rule] of RULES) {
    const text = match(rule, sql, at);
    if (text !== undefined) return { kind, text };
  }
  return { kind: 'symbol', text: String.fromCodePoint(sql.codePointAt(at) ?? 0) };
}

function match(rule: RegExp, sql: string, at: number): string | undefined {
  rule.lastIndex = at;
  return rule.exec(sql)?.[0];
}

function dollarQuoted(sql: string, at: number, tag: string): string {
  const end = sql.indexOf(tag, at + tag.length);
  return end < 0 ? sql.slice(at) : sql.slice(at, end + tag.length);
}

/** Unlike those of most languages, comments of PostgreSQL nest. */
function blockComment(sql: string, at: number): string {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = at;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return sql.slice(at, mark.lastIndex);
  }
  return sql.slice(at);
}

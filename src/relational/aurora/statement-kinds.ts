import { scanSql } from '../sql/sql-scanner.js';

const PREPARED = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'with', 'table', '(']);
const CHANGES_TYPES = new Set(['create', 'alter', 'drop', 'do', 'call']);

/** Whether PREPARE takes the statement, so that the server can be asked for the types of its parameters. */
export function isPreparable(sql: string): boolean {
  return PREPARED.has(leadingWord(sql));
}

/** Whether after the statement parameters of others may have other types. */
export function mayChangeTypes(sql: string): boolean {
  return CHANGES_TYPES.has(leadingWord(sql));
}

function leadingWord(sql: string): string {
  for (const { kind, text } of scanSql(sql)) {
    if (kind !== 'space' && kind !== 'comment') return text.toLowerCase();
  }
  return '';
}

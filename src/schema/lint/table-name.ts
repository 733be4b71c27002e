import type { RangeVar } from 'libpg-query';
import { type Node, nodeAs } from './parser.js';

/** How rules name a table: with its schema unless that is `public`. */
export function tableName(relation: Pick<RangeVar, 'schemaname' | 'relname'> | undefined): string {
  return joined([relation?.schemaname, relation?.relname]);
}

/** The same, from a list of names as DROP has it. */
export function nameFromList(node: Node): string {
  const items = nodeAs(node, 'List')?.items ?? [];
  return joined(items.slice(-2).map((item) => nodeAs(item, 'String')?.sval));
}

/** The same, from the text of a regclass: `app."Message"`. */
export function nameFromText(text: string): string {
  const parts = [...text.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)];
  return joined(parts.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase()));
}

function joined(parts: readonly (string | undefined)[]): string {
  const names = parts.filter((part) => part !== undefined && part !== '');
  return (names.length > 1 && names[0] === 'public' ? names.slice(1) : names).join('.');
}

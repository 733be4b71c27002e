import { createHash } from 'node:crypto';
import type { VectorMetadata } from '../store.js';

/** Longer ones are digests: they are looked for, never read. */
const LONGEST = 96;
const PREFIX_BYTES = 6;

export type ValueType = 'number' | 'text' | 'boolean' | 'list';

/** Says that a record is of a document. */
export function documentToken(documentId: string): string {
  return short(`d${documentId}`);
}

/** Says that a key has a value, or a list that holds it. */
export function valueToken(key: string, value: string | number | boolean): string {
  return short(`=${JSON.stringify([key, value])}`);
}

/** Says of which type the value of a key is; none for null. */
export function typeToken(key: string, type: ValueType): string {
  return short(`${type[0]}${key}`);
}

/** Names of numbers that stand for a record's numbers and texts, in whole numbers that Chroma orders rightly. */
export function numberName(key: string): string {
  return short(`n:${key}`);
}

export function prefixName(key: string): string {
  return short(`t:${key}`);
}

/** The first six bytes of a text as a number: what is before in the order of code points is not greater. */
export function textPrefix(text: string): number {
  // One code unit more, so that no pair of surrogates is cut where it counts.
  const bytes = Buffer.from(text.slice(0, PREFIX_BYTES + 1));
  return Buffer.concat([bytes, Buffer.alloc(PREFIX_BYTES)]).readUIntBE(0, PREFIX_BYTES);
}

/**
 * The first 53 bits of a number, in the order of numbers: what is smaller is not greater. Chroma cuts the fraction off
 * a number that it compares with whole ones, and refuses those beyond 64 bits.
 */
export function numberPrefix(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const prefix = view.getUint32(0) * 2 ** 20 + (view.getUint32(4) >>> 12);
  return prefix < 2 ** 51 ? prefix : 2 ** 51 - 1 - prefix;
}

/** What filters on metadata are mapped to. */
export function tokensOf(metadata: VectorMetadata): string[] {
  return Object.entries(metadata).flatMap(([key, value]) => {
    const type = typeOf(value);
    if (type === undefined || value === null) return [];
    const values = typeof value === 'object' ? [...new Set(value)] : [value];
    return [typeToken(key, type), ...values.map((single) => valueToken(key, single))];
  });
}

export function numbersOf(metadata: VectorMetadata): Record<string, number> {
  const numbers: [string, number][] = [];
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value === 'number') numbers.push([numberName(key), numberPrefix(value)]);
    if (typeof value === 'string') numbers.push([prefixName(key), textPrefix(value)]);
  }
  return Object.fromEntries(numbers);
}

function typeOf(value: VectorMetadata[string]): ValueType | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'list' : (typeof value as 'number' | 'boolean');
}

function short(text: string): string {
  if (text.length <= LONGEST) return text;
  return `#${createHash('sha256').update(text).digest('base64url')}`;
}

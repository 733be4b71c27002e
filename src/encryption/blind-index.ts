import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { IndexedColumn } from './cipher.js';
import { lengthPrefixed } from './length-prefixed.js';

const KEY_BYTES = 32;
const VALUE_BYTES = 16;
/** Says what the derived key is for; another construction would take another name. */
const LABEL = 'aquifer blind index 1';

/** The key of one column's index, by HKDF-SHA-256 (RFC 5869): equal values of two columns look unrelated. */
export function deriveIndexKey(indexKey: KeyObject, column: IndexedColumn): KeyObject {
  const info = lengthPrefixed([LABEL, column.table, column.column, column.match ?? 'exact']);
  const derived = Buffer.from(hkdfSync('sha256', indexKey, Buffer.alloc(0), info, KEY_BYTES));
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}

/**
 * HMAC-SHA-256 of the text, cut to 128 bits: the keyed index of CipherSweet (Arciszewski, ciphersweet.paragonie.com,
 * "Blind Indexing"), long enough that unequal values do not meet.
 */
export function blindIndexValue(columnKey: KeyObject, text: string): string {
  return createHmac('sha256', columnKey).update(text).digest().subarray(0, VALUE_BYTES).toString('base64url');
}

/** The form under which texts that differ only in case are the same. Upper case in between turns ß into ss. */
export function caseless(text: string): string {
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

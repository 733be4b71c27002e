import type { StoreEntry } from '../store/store.js';

/** A hundred years: what is longer is beyond the times that a database can write. */
const LONGEST_MS = 100 * 365.25 * 86_400_000;

/** Values as one run of bytes, since only a parameter that is bytes itself goes over the wire as it is. */
export interface PackedValues {
  readonly body: Buffer;
  /** Where each begins, counted from 1 as SQL does. */
  readonly starts: readonly number[];
  /** Bytes. */
  readonly lengths: readonly number[];
  /** Milliseconds. */
  readonly ttls: readonly number[];
}

export function packValues(entries: readonly StoreEntry[]): PackedValues {
  const starts: number[] = [];
  let end = 1;
  for (const { value } of entries) {
    starts.push(end);
    end += value.byteLength;
  }
  return {
    body: joined(entries),
    starts,
    lengths: entries.map(({ value }) => value.byteLength),
    ttls: entries.map(({ ttlMs }) => checkedMs(ttlMs)),
  };
}

/** Milliseconds that the database can add to a time. */
export function checkedMs(ms: number): number {
  return Math.min(ms, LONGEST_MS);
}

/** The bytes themselves, not copied, where there is one value. */
function joined(entries: readonly StoreEntry[]): Buffer {
  const [only] = entries;
  if (entries.length === 1 && only) return asBuffer(only.value);
  return Buffer.concat(entries.map(({ value }) => value));
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

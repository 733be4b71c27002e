import type { Invalidation, LogEntry } from '../store/store.js';

type Written = readonly [origin: string, fed: 0 | 1, keys: readonly string[], marks: readonly string[]];

export function encodeLogEntry({ keys, marks }: Invalidation, origin: string): string {
  return JSON.stringify([origin, 0, keys, marks] satisfies Written);
}

/** @param token of the turn: who fed it */
export function encodeFedEntry({ keys, marks }: Invalidation, token: string): string {
  return JSON.stringify([token, 1, keys, marks] satisfies Written);
}

export interface NumberedEntry {
  readonly number: number;
  readonly entry: LogEntry;
}

/** @throws when this is nothing that was written here */
export function decodeLogEntry(fields: readonly string[]): NumberedEntry {
  const [, number, , text] = fields;
  const [origin, fed, keys, marks] = JSON.parse(text ?? '') as Written;
  return { number: Number(number), entry: { origin, fed: fed === 1, keys, marks } };
}

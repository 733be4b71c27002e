import type { LeaseReply, LeaseState, StoreRead } from '../store/store.js';

/** What is under a key, by its place in the question, counted from 1. */
export interface ReadRow extends Record<string, unknown> {
  readonly place: number;
  readonly value: Uint8Array | null;
  /** Tokens of all marks, joined by commas; empty where there is none. */
  readonly marks: string | null;
}

/** What became of a key, or the token of a mark, by its place in the question. */
export interface LeaseRow extends Record<string, unknown> {
  readonly place: number;
  readonly holder: string | null;
  readonly value: Uint8Array | null;
  readonly failure: Uint8Array | null;
  readonly mark: string | null;
}

export function storeRead(rows: readonly ReadRow[], keys: number): StoreRead {
  const values = new Array<Uint8Array | undefined>(keys).fill(undefined);
  let tokens: string[] = [];
  for (const { place, value, marks } of rows) {
    if (value !== null) values[place - 1] = value;
    if (marks !== null) tokens = marks.split(',');
  }
  return { values, marks: tokens.map((token) => (token === '' ? undefined : token)) };
}

export function leaseReply(rows: readonly LeaseRow[], keys: number, marks: number): LeaseReply {
  const states = new Array<LeaseState>(keys);
  const tokens = new Array<string>(marks);
  for (const row of rows) {
    if (row.mark !== null) tokens[row.place - 1] = row.mark;
    else states[row.place - 1] = leaseState(row);
  }
  return { keys: states, marks: tokens };
}

function leaseState({ holder, value, failure }: LeaseRow): LeaseState {
  const state = { holder: holder ?? undefined, value: value ?? undefined };
  return failure === null ? state : { ...state, failure };
}

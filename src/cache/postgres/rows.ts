import type { LeaseReply, LeaseState, StoreRead } from '../store/store.js';

/** What is under a key, or the token of a mark, by its place in the question, counted from 1. */
export interface ReadRow extends Record<string, unknown> {
  readonly place: number;
  readonly value: Uint8Array | null;
  readonly mark: string | null;
}

export interface LeaseRow extends ReadRow {
  readonly holder: string | null;
  readonly failure: Uint8Array | null;
}

export function storeRead(rows: readonly ReadRow[], keys: number, marks: number): StoreRead {
  const values = new Array<Uint8Array | undefined>(keys).fill(undefined);
  const tokens = new Array<string | undefined>(marks).fill(undefined);
  for (const { place, value, mark } of rows) {
    if (value !== null) values[place - 1] = value;
    else if (mark !== null) tokens[place - 1] = mark;
  }
  return { values, marks: tokens };
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

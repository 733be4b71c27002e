import type { LogEntry } from '../store/store.js';
import type { Database } from './database.js';
import { readEntry } from './log-entry.js';
import { FOLLOW, READ_LOG } from './queries.js';

const BATCH = 500;

export interface LogBatch {
  readonly entries: readonly LogEntry[];
  /** Why entries before these may have been missed; undefined when none were. */
  readonly lost: string | undefined;
  /** Whether there may be more: what is here does not reach up to now. */
  readonly isBehind: boolean;
}

interface Place {
  readonly epoch: string;
  /** Of the last entry that was read. */
  readonly n: number;
}

interface LogRow extends Record<string, unknown> {
  readonly epoch: string;
  readonly n: number | null;
  readonly entry: string | null;
}

/**
 * A place in the log. Numbers are contiguous, so that a jump shows what was swept in the meantime; an epoch that is
 * another one shows that the log itself was lost.
 */
export class LogReader {
  readonly #database: Database;
  readonly #store: string;
  #place: Place | undefined;

  constructor(database: Database, store: string) {
    this.#database = database;
    this.#store = store;
  }

  /** What was appended since the last call; the first only takes its place. */
  async next(): Promise<LogBatch> {
    const place = this.#place;
    if (!place) return this.#begin(undefined);
    const rows = await this.#database.ask<LogRow>(READ_LOG, [this.#store, place.n, BATCH]);
    if (rows[0]?.epoch !== place.epoch) return this.#begin('the log of the store began anew');
    return this.#advance(place, rows);
  }

  async #begin(lost: string | undefined): Promise<LogBatch> {
    const [place] = await this.#database.ask<Place & Record<string, unknown>>(FOLLOW, [this.#store]);
    if (!place) throw new Error('the store has no place in its log');
    this.#place = place;
    return { entries: [], lost, isBehind: true };
  }

  #advance({ epoch, n }: Place, rows: readonly LogRow[]): LogBatch {
    const found = rows.flatMap((row) =>
      row.n === null || row.entry === null ? [] : [{ n: row.n, entry: row.entry }],
    );
    const [first, last] = [found[0], found.at(-1)];
    if (last) this.#place = { epoch, n: last.n };
    const isBehind = found.length === BATCH;
    const entries = readAll(found.map(({ entry }) => entry));
    if (!entries) return { entries: [], lost: 'an entry of the log is no JSON', isBehind };
    const swept = first ? first.n - n - 1 : 0;
    return {
      entries,
      lost: swept > 0 ? `${swept} entries of the log were swept unread` : undefined,
      isBehind,
    };
  }
}

/** Undefined where one cannot be read. They are behind us then, and count as lost. */
function readAll(texts: readonly string[]): LogEntry[] | undefined {
  try {
    return texts.map(readEntry);
  } catch {
    return undefined;
  }
}

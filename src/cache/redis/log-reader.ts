import type { Redis } from 'ioredis';
import type { LogListener } from '../store/store.js';
import type { RedisKeys } from './keys.js';
import { decodeLogEntry, type NumberedEntry } from './log-entry.js';
import { runScript } from './run-script.js';
import { POSITION } from './scripts.js';

/** Milliseconds a read waits for an entry; also how often a quiet log is verified. */
const BLOCK_MS = 200;
const BATCH = 1000;
const MISSING = 'entries of the log are missing';

interface Position {
  /** The number of the last entry; the next one has the next number, unless something was lost. */
  readonly number: number;
  readonly id: string;
}

/** Reads the log from where it ended when it began, and finds out whether an entry is missing. */
export class LogReader {
  readonly #connection: Redis;
  readonly #names: RedisKeys;
  #at: Position;

  private constructor(connection: Redis, names: RedisKeys, at: Position) {
    this.#connection = connection;
    this.#names = names;
    this.#at = at;
  }

  static async begin(connection: Redis, names: RedisKeys): Promise<LogReader> {
    return new LogReader(connection, names, await readPosition(connection, names));
  }

  /** Tells what was appended since, or that nothing was, after at most 200 ms. @throws what the connection does */
  async next(listener: LogListener): Promise<void> {
    const since = performance.now();
    const ending = readPosition(this.#connection, this.#names);
    const reading = this.#read();
    // It is awaited only after the other: until then its failure has nobody who hears it.
    reading.catch(() => undefined);
    const end = await ending;
    // Told before the wait for entries: a quiet log is as good as read to its end.
    if (end.number === this.#at.number) listener.verified(since);
    const batch = await reading;
    if (end.number < this.#at.number) return this.#restart(listener, 'the log was begun anew');
    const contiguous = this.#tell(batch, listener);
    if (contiguous < batch.length) return this.#restart(listener, MISSING);
    if (this.#at.number >= end.number) return listener.verified(since);
    // What the end counted was appended before the read: it must be in it, unless there was too much.
    if (batch.length < BATCH) await this.#restart(listener, MISSING);
  }

  async #read(): Promise<NumberedItem[]> {
    const { log } = this.#names;
    const reply = await this.#connection.xread(
      'COUNT',
      BATCH,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      log,
      this.#at.id,
    );
    return (reply?.[0]?.[1] ?? []).map(([id, fields]) => ({ id, ...decodeLogEntry(fields) }));
  }

  /** Tells entries up to the first that does not follow: how many. */
  #tell(batch: readonly NumberedItem[], listener: LogListener): number {
    const { number } = this.#at;
    const odd = batch.findIndex((item, index) => item.number !== number + index + 1);
    const contiguous = odd < 0 ? batch : batch.slice(0, odd);
    const last = contiguous.at(-1);
    if (!last) return 0;
    this.#at = last;
    listener.told(contiguous.map(({ entry }) => entry));
    return contiguous.length;
  }

  async #restart(listener: LogListener, reason: string): Promise<void> {
    this.#at = await readPosition(this.#connection, this.#names);
    listener.lost(reason);
  }
}

interface NumberedItem extends NumberedEntry {
  readonly id: string;
}

async function readPosition(connection: Redis, { log, counter }: RedisKeys): Promise<Position> {
  const reply = await runScript(connection, POSITION, [log, counter], []);
  const [number, id] = reply as [Buffer, Buffer];
  return { number: Number(number.toString('latin1')), id: id.toString('latin1') };
}

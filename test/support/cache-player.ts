import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { CacheOptions, OpenCache } from '../../src/cache/index.js';
import { seeded } from './seeded.js';
import { machineMs } from './served-values.js';

/** What a player tells: a number it served, or one it wrote. Times are those of `machineMs`. */
export type Played =
  | readonly ['served', key: string, number: number, begun: number, how: string]
  | readonly ['written', key: string, number: number, resolvedAt: number, confirmedAt: number | null]
  | readonly ['confirmed', key: string, number: number, at: number]
  | readonly ['threw', what: string];

export interface PlayerOptions {
  /** The keys of which it alone moves the truth are those whose number leaves `index` when divided by `players`. */
  readonly index: number;
  readonly players: number;
  readonly seed: number;
  readonly postgres: string;
}

export const KEYS = Array.from({ length: 24 }, (_, number) => `k${number}`);
const LANES = 4;
const LONGEST_FACTORY_MS = 40;

/** How each key is kept: some end soon, some are refreshed while they are served, some copies end before their value. */
const POLICIES: readonly CacheOptions[] = [
  { ttl: '10m' },
  { ttl: '10m', l1Ttl: 40 },
  { ttl: 60, swr: 400 },
  { ttl: 150 },
  { ttl: '10m', l1: false },
  { ttl: 400, refreshAhead: 2 },
];

/** The tables that hold the truth: in `truth` a row for each key. */
export async function createTruth(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table truth (key text primary key, number bigint not null)');
  await client.query('insert into truth select unnest($1::text[]), 0', [KEYS]);
  await client.end();
}

/** A process that uses a cache at random, in several lanes at once, and tells what it got. */
export class Player {
  readonly #cache: OpenCache;
  readonly #options: PlayerOptions;
  readonly #tell: (played: Played) => void;
  readonly #random: () => number;
  readonly #database: pg.Pool;
  /** One writer of a key at a time, so that what it sets is the truth. */
  readonly #writing = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(cache: OpenCache, options: PlayerOptions, tell: (played: Played) => void) {
    this.#cache = cache;
    this.#options = options;
    this.#tell = tell;
    this.#random = seeded(options.seed);
    this.#database = new pg.Pool({ connectionString: options.postgres, max: LANES });
  }

  /** Plays until `stop`. */
  async play(): Promise<void> {
    await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    await this.#database.end();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #lane(): Promise<void> {
    while (!this.#stopped) {
      await this.#step().catch((error: Error) => this.#tell(['threw', String(error.stack)]));
      if (this.#random() < 0.3) await wait(this.#random() * 8);
    }
  }

  async #step(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.5) return this.#memo(this.#key());
    if (dice < 0.65) return this.#get(this.#key());
    if (dice < 0.8) return this.#memoMany();
    if (dice < 0.96) return this.#getMany();
    const own = KEYS.filter((_, number) => number % this.#options.players === this.#options.index);
    return this.#write(own[Math.floor(this.#random() * own.length)] as string);
  }

  async #memo(key: string, how = 'memo'): Promise<void> {
    const begun = machineMs();
    const number = await this.#cache.memo(key, policyOf(key), () => this.#load(key));
    this.#tell(['served', key, number, begun, how]);
  }

  async #get(key: string, how = 'get'): Promise<void> {
    const begun = machineMs();
    const number = await this.#cache.get<number>(key);
    if (number !== undefined) this.#tell(['served', key, number, begun, how]);
  }

  async #getMany(): Promise<void> {
    const begun = machineMs();
    const found = await this.#cache.getMany<number>(this.#keys());
    for (const [key, number] of found) this.#tell(['served', key, number, begun, 'getMany']);
  }

  /** Keys that are kept alike. */
  async #memoMany(): Promise<void> {
    const policy = Math.floor(this.#random() * POLICIES.length);
    const keys = KEYS.filter((key) => policyIndex(key) === policy && this.#random() < 0.7);
    const begun = machineMs();
    const options = { ...POLICIES[policy], tags: [`all of ${policy}`] };
    const found = await this.#cache.memoMany(keys, options, async (missing) => {
      const loaded = await Promise.all(missing.map((key) => this.#load(key)));
      return new Map(missing.map((key, index) => [key, loaded[index] as number]));
    });
    for (const [key, number] of found) this.#tell(['served', key, number, begun, 'memoMany']);
  }

  /** Moves the truth, and then removes the old value in one of the ways there are. */
  async #write(key: string): Promise<void> {
    const before = this.#writing.get(key);
    const writing = (before ?? Promise.resolve()).then(() => this.#move(key));
    this.#writing.set(
      key,
      writing.catch(() => undefined),
    );
    await writing;
  }

  async #move(key: string): Promise<void> {
    const sql = 'update truth set number = number + 1 where key = $1 returning number::integer';
    const { rows } = await this.#database.query<{ number: number }>(sql, [key]);
    const number = (rows[0] as { number: number }).number;
    const confirmed = await this.#remove(key, number);
    const resolvedAt = machineMs();
    this.#tell(['written', key, number, resolvedAt, confirmed ? resolvedAt : null]);
    if (!confirmed) void this.#confirmLater(key, number);
    const next = this.#random();
    if (next < 0.4) await this.#memo(key, 'memo after its own write');
    else if (next < 0.7) await this.#get(key, 'get after its own write');
  }

  #remove(key: string, number: number): Promise<boolean> {
    const dice = this.#random();
    if (dice < 0.4) return this.#cache.delete(key);
    if (dice < 0.65) return this.#cache.invalidateTags([`only ${key}`, `all of ${policyIndex(key)}`]);
    if (dice < 0.99) return this.#cache.set(key, number, policyOf(key));
    return this.#cache.clear();
  }

  async #confirmLater(key: string, number: number): Promise<void> {
    while (this.#cache.stats().pendingInvalidations > 0) await wait(5);
    this.#tell(['confirmed', key, number, machineMs()]);
  }

  /** What is read at once may be old when it is returned. */
  async #load(key: string): Promise<number> {
    const sql = 'select number::integer from truth where key = $1';
    const { rows } = await this.#database.query<{ number: number }>(sql, [key]);
    if (this.#random() < 0.5) await wait(this.#random() * LONGEST_FACTORY_MS);
    return (rows[0] as { number: number }).number;
  }

  #key(): string {
    return KEYS[Math.floor(this.#random() * KEYS.length)] as string;
  }

  #keys(): string[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * 6) }, () => this.#key());
  }
}

function policyOf(key: string): CacheOptions {
  return { ...POLICIES[policyIndex(key)], tags: [`only ${key}`] };
}

/** Each player moves the truth of keys of every kind. */
function policyIndex(key: string): number {
  return Math.floor(KEYS.indexOf(key) / 3) % POLICIES.length;
}

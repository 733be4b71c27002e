import { randomUUID } from 'node:crypto';
import type {
  CacheStore,
  FeedTurn,
  Invalidation,
  LeaseReply,
  LeaseRequest,
  LogFollower,
  LogListener,
  StoreEntry,
  StoreRead,
} from '../store/store.js';
import type { Database } from './database.js';
import { Followers } from './followers.js';
import { fedEntry, writtenEntry } from './log-entry.js';
import { asBuffer, checkedMs, packValues } from './packed-values.js';
import * as queries from './queries.js';
import { type LeaseRow, leaseReply, type ReadRow, storeRead } from './rows.js';
import { storedName } from './stored-name.js';
import { Sweeper } from './sweeper.js';

/** The shared tier in tables of PostgreSQL (sql/migrations/0012). */
export class PostgresStore implements CacheStore {
  readonly kind = 'postgres';
  readonly #database: Database;
  readonly #prefix: string;
  readonly #followers: Followers;
  readonly #sweeper: Sweeper;

  constructor(database: Database, prefix: string) {
    this.#database = database;
    this.#prefix = prefix;
    this.#followers = new Followers(database, prefix);
    this.#sweeper = new Sweeper((atMost) => database.ask(queries.SWEEP, [atMost]));
  }

  async read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return storeRead(await this.#read(this.#names(keys), this.#names(marks)), keys.length);
  }

  async lease({ keys, marks, token, ttlMs }: LeaseRequest): Promise<LeaseReply> {
    const rows = await this.#database.ask<LeaseRow>(queries.LEASE, [
      this.#names(keys.map(({ key }) => key)),
      keys.map(({ seen }) => seen ?? null),
      this.#names(marks),
      token,
      checkedMs(ttlMs),
    ]);
    this.#sweeper.wrote(keys.length);
    return leaseReply(rows, keys.length, marks.length);
  }

  async renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    await this.#database.ask(queries.RENEW, [this.#names(keys), token, checkedMs(ttlMs)]);
  }

  async fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    const names = this.#names(fills.map(({ key }) => key));
    const { body, starts, lengths, ttls } = packValues(fills);
    const rows = await this.#database.ask<{ name: string }>(queries.FILL, [
      names,
      body,
      starts,
      lengths,
      ttls,
      token,
    ]);
    this.#sweeper.wrote(fills.length);
    const filled = new Set(rows.map(({ name }) => name));
    return names.map((name) => filled.has(name));
  }

  async release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    await this.#database.ask(queries.RELEASE, [this.#names(keys), token, failure ? asBuffer(failure) : null]);
  }

  async write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    const keys = entries.map(({ key }) => key);
    const { body, starts, lengths, ttls } = packValues(entries);
    const entry = writtenEntry({ keys, marks: [] }, origin);
    const values = [this.#prefix, this.#names(keys), body, starts, lengths, ttls, entry];
    await this.#database.ask(queries.WRITE, values);
    this.#appended(keys.length);
  }

  async invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    const names = this.#namesOf(invalidation);
    const entry = writtenEntry(invalidation, origin);
    await this.#database.ask(queries.INVALIDATE, [this.#prefix, ...names, entry]);
    this.#appended(invalidation.keys.length);
  }

  follow(listener: LogListener): Promise<LogFollower> {
    return this.#followers.follow(listener);
  }

  async beginFeed(ttlMs: number): Promise<FeedTurn> {
    const token = randomUUID();
    const values = [this.#prefix, token, checkedMs(ttlMs)];
    const [row] = await this.#database.ask<{ position: string | null }>(queries.BEGIN_FEED, values);
    return { token, position: row?.position ?? undefined };
  }

  async feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    const names = this.#namesOf(invalidation);
    const values = [this.#prefix, turn.token, position, ...names, fedEntry(invalidation)];
    const [row] = await this.#database.ask<{ fed: boolean }>(queries.FEED, values);
    this.#appended(invalidation.keys.length);
    return row?.fed === true;
  }

  async ping(): Promise<void> {
    await this.#database.ask(queries.PING, []);
  }

  async close(): Promise<void> {
    this.#database.close();
    await this.#followers.close();
    await this.#sweeper.settle();
  }

  #read(keys: readonly string[], marks: readonly string[]): Promise<ReadRow[]> {
    if (marks.length === 0) return this.#database.ask<ReadRow>(queries.READ_KEYS, [keys]);
    if (keys.length === 0) return this.#database.ask<ReadRow>(queries.READ_MARKS, [marks]);
    return this.#database.ask<ReadRow>(queries.READ, [keys, marks]);
  }

  #appended(names: number): void {
    this.#sweeper.wrote(names);
    this.#followers.hint();
  }

  #names(names: readonly string[]): string[] {
    return names.map((name) => storedName(this.#prefix, name));
  }

  #namesOf({ keys, marks }: Invalidation): [keys: string[], marks: string[]] {
    return [this.#names(keys), this.#names(marks)];
  }
}

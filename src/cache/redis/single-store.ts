import type { Redis } from 'ioredis';
import type {
  FeedTurn,
  Invalidation,
  LeaseReply,
  LeaseRequest,
  LogFollower,
  LogListener,
  StoreEntry,
  StoreRead,
} from '../store/store.js';
import {
  dropped,
  fillKeys,
  leaseKeys,
  releaseLeases,
  renewLeases,
  storedArguments,
  storedNames,
} from './commands.js';
import { checkEviction, type EvictionCheck, type EvictionNeighbours } from './eviction.js';
import { unavailable } from './failures.js';
import { Follower } from './follower.js';
import type { RedisKeys } from './keys.js';
import { lifetime } from './limits.js';
import { encodeFedEntry, encodeLogEntry } from './log-entry.js';
import { Reads } from './reads.js';
import type { RedisCacheStore } from './redis-store.js';
import { runScript } from './run-script.js';
import { BEGIN_FEED, FEED, INVALIDATE, WRITE } from './scripts.js';
import type { SingleLink } from './single-link.js';
import { newToken } from './tokens.js';

/** The shared tier on one server, or on the primary that Sentinel names: every call is one round trip. */
export class SingleStore implements RedisCacheStore {
  readonly kind = 'redis';
  readonly #link: SingleLink;
  readonly #names: RedisKeys;
  readonly #reads: Reads;
  readonly #followers = new Set<Follower>();

  constructor(link: SingleLink, names: RedisKeys) {
    this.#link = link;
    this.#names = names;
    this.#reads = new Reads(names, (error) => unavailable(link.place, error));
  }

  /** Not async, as the others are: each promise more is felt here. */
  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    try {
      return this.#reads.read(this.#link.use(), keys, marks);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    return this.#do((connection) => leaseKeys(connection, this.#names, request));
  }

  renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    const leases = keys.map((key) => this.#names.lease(key));
    return this.#do((connection) => renewLeases(connection, leases, token, ttlMs));
  }

  fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    return this.#do((connection) => fillKeys(connection, this.#names, fills, token));
  }

  release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    return this.#do((connection) => releaseLeases(connection, this.#names, keys, token, failure));
  }

  async write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    const { log, counter } = this.#names;
    const entry = encodeLogEntry({ keys: entries.map(({ key }) => key), marks: [] }, origin);
    const keys = [log, counter, ...storedNames(this.#names, entries)];
    await this.#do((connection) => runScript(connection, WRITE, keys, [entry, ...storedArguments(entries)]));
  }

  async invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    const { log, counter } = this.#names;
    const { keys, args } = dropped(this.#names, invalidation);
    const all = [encodeLogEntry(invalidation, origin), ...args];
    await this.#do((connection) => runScript(connection, INVALIDATE, [log, counter, ...keys], all));
  }

  async follow(listener: LogListener): Promise<LogFollower> {
    const follower = new Follower(this.#names, listener, {
      dial: async () => this.#link.dial(),
      failed: (error) => this.#link.doubt(error),
      closed: () => this.#followers.delete(follower),
    });
    this.#followers.add(follower);
    await follower.started;
    return follower;
  }

  async beginFeed(ttlMs: number): Promise<FeedTurn> {
    const { turn, position } = this.#names;
    const token = newToken();
    const args = [token, lifetime(ttlMs)];
    const reply = await this.#do((connection) => runScript(connection, BEGIN_FEED, [turn, position], args));
    return { token, position: reply === null ? undefined : String(reply) };
  }

  async feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    const names = this.#names;
    const { keys, args } = dropped(names, invalidation);
    const own = [names.turn, names.position, names.log, names.counter];
    const all = [turn.token, position, encodeFedEntry(invalidation, turn.token), ...args];
    return (await this.#do((connection) => runScript(connection, FEED, [...own, ...keys], all))) === 1;
  }

  async ping(): Promise<void> {
    await this.#do((connection) => connection.ping());
  }

  checkEviction(neighbours?: EvictionNeighbours): Promise<EvictionCheck> {
    return this.#do((connection) => checkEviction(connection, 'cache', neighbours));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers].map((follower) => follower.close()));
    await this.#link.close();
  }

  async #do<T>(work: (connection: Redis) => Promise<T>): Promise<T> {
    try {
      return await work(this.#link.use());
    } catch (error) {
      throw unavailable(this.#link.place, error);
    }
  }
}

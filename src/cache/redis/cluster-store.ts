import type { Cluster, Redis } from 'ioredis';
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
import type { ClusterLink } from './cluster-link.js';
import { readCluster } from './cluster-read.js';
import { fillKeys, leaseKeys, releaseLeases, renewLeases, storedArguments, storedNames } from './commands.js';
import { checkEviction, type EvictionCheck, type EvictionNeighbours } from './eviction.js';
import { unavailable } from './failures.js';
import { Follower } from './follower.js';
import type { RedisKeys } from './keys.js';
import { lifetime, MARK_TTL_MS } from './limits.js';
import { encodeFedEntry, encodeLogEntry } from './log-entry.js';
import type { RedisCacheStore } from './redis-store.js';
import { runScript, type ScriptArgument, type ScriptReply } from './run-script.js';
import { BEGIN_FEED, DROP_ONLY, FEED, INVALIDATE, type RedisScript, STORE } from './scripts.js';
import { newToken } from './tokens.js';

/**
 * The shared tier on a cluster. What belongs to one key is in one slot and is done at once there; the keys of a call are
 * done side by side, and the log is told when all of them are done.
 */
export class ClusterStore implements RedisCacheStore {
  readonly kind = 'redis';
  readonly #link: ClusterLink;
  readonly #names: RedisKeys;
  readonly #followers = new Set<Follower>();

  constructor(link: ClusterLink, names: RedisKeys) {
    this.#link = link;
    this.#names = names;
  }

  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return this.#told(readCluster(this.#link, this.#names, keys, marks));
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    return this.#told(this.#lease(request));
  }

  async renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    const leases = keys.map((key) => this.#names.lease(key));
    await this.#each(leases, (lease, connection) => renewLeases(connection, [lease], token, ttlMs), same);
  }

  async fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    const name = ({ key }: StoreEntry) => this.#names.value(key);
    const fill = (entry: StoreEntry, on: Connection) => fillKeys(on, this.#names, [entry], token);
    return (await this.#each(fills, fill, name)).flat();
  }

  async release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    const release = (key: string, on: Connection) => releaseLeases(on, this.#names, [key], token, failure);
    await this.#each(keys, release, (key) => this.#names.lease(key));
  }

  async write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    const store = (entry: StoreEntry, on: Connection) =>
      runScript(on, STORE, storedNames(this.#names, [entry]), storedArguments([entry]));
    await this.#each(entries, store, ({ key }) => this.#names.value(key));
    await this.#append(encodeLogEntry({ keys: entries.map(({ key }) => key), marks: [] }, origin));
  }

  async invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    await this.#drop(invalidation);
    await this.#append(encodeLogEntry(invalidation, origin));
  }

  async follow(listener: LogListener): Promise<LogFollower> {
    const follower = new Follower(this.#names, listener, {
      dial: async () => this.#link.dial(this.#names.log),
      failed: () => void this.#link.refresh(),
      closed: () => this.#followers.delete(follower),
    });
    this.#followers.add(follower);
    await follower.started;
    return follower;
  }

  async beginFeed(ttlMs: number): Promise<FeedTurn> {
    const { turn, position } = this.#names;
    const token = newToken();
    const reply = await this.#run(BEGIN_FEED, [turn, position], [token, lifetime(ttlMs)]);
    return { token, position: reply === null ? undefined : String(reply) };
  }

  /** The position is stored last: a crash between leaves it behind what it says, never ahead. */
  async feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    const names = this.#names;
    const holder = await this.#told(this.#link.do(names.turn, (connection) => connection.get(names.turn)));
    if (holder !== turn.token) return false;
    await this.#drop(invalidation);
    const entry = encodeFedEntry(invalidation, turn.token);
    const keys = [names.turn, names.position, names.log, names.counter];
    return (await this.#run(FEED, keys, [turn.token, position, entry, 0, '', 0])) === 1;
  }

  async ping(): Promise<void> {
    await this.#told((async () => Promise.all(this.#link.all().map((node) => node.ping())))());
  }

  checkEviction(neighbours?: EvictionNeighbours): Promise<EvictionCheck> {
    const { log } = this.#names;
    return this.#told((async () => checkEviction(this.#link.at(log), 'cache', neighbours))());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers].map((follower) => follower.close()));
    await this.#link.close();
  }

  async #lease(request: LeaseRequest): Promise<LeaseReply> {
    const names = this.#names;
    const marks = await this.#each(
      request.marks,
      (mark, on) => leaseKeys(on, names, { ...request, keys: [], marks: [mark] }),
      (mark) => names.mark(mark),
    );
    const keys = await this.#each(
      request.keys,
      (key, on) => leaseKeys(on, names, { ...request, keys: [key], marks: [] }),
      ({ key }) => names.value(key),
    );
    return { keys: keys.flatMap((reply) => reply.keys), marks: marks.flatMap((reply) => reply.marks) };
  }

  async #drop({ keys, marks }: Invalidation): Promise<void> {
    const token = newToken();
    const renew = (mark: string, on: Connection) => runScript(on, DROP_ONLY, [mark], [0, token, MARK_TTL_MS]);
    const outcomes = await Promise.allSettled([
      this.#each(
        keys,
        (key, on) => this.#remove(key, on),
        (key) => this.#names.value(key),
      ),
      this.#each(
        marks.map((mark) => this.#names.mark(mark)),
        renew,
        same,
      ),
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** While its slot moves, only commands of one key are certain to be done: the lease first, so that no fill comes after. */
  async #remove(key: string, on: Connection): Promise<void> {
    const [value, lease] = [this.#names.value(key), this.#names.lease(key)];
    if (!on.isCluster) await on.del(value, lease);
    else for (const name of [lease, value]) await on.del(name);
  }

  async #append(entry: string): Promise<void> {
    await this.#run(INVALIDATE, [this.#names.log, this.#names.counter], [entry, 0, '', 0]);
  }

  /** On the node of the log. */
  #run(script: RedisScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<ScriptReply> {
    return this.#told(
      this.#link.do(this.#names.log, (connection) => runScript(connection, script, keys, args)),
    );
  }

  /** Side by side; all have ended when it rejects, so that nothing is still under way behind its back. */
  async #each<T, R>(
    items: readonly T[],
    work: (item: T, connection: Connection) => Promise<R>,
    name: (item: T) => string,
  ): Promise<R[]> {
    const all = items.map((item) => this.#link.do(name(item), (connection) => work(item, connection)));
    await Promise.allSettled(all);
    return this.#told(Promise.all(all));
  }

  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw unavailable(this.#link.place, error);
    }
  }
}

type Connection = Redis | Cluster;

function same(name: string): string {
  return name;
}

import { randomUUID } from 'node:crypto';
import type {
  CacheStore,
  FeedTurn,
  Invalidation,
  LeaseKey,
  LeaseReply,
  LeaseRequest,
  LeaseState,
  LogEntry,
  LogFollower,
  LogListener,
  StoreEntry,
  StoreRead,
} from '../../src/cache/store/store.js';

type Method = Exclude<keyof CacheStore, 'kind'>;

interface Until {
  readonly until: number;
}

/** What several stores share, as processes share a server. By the clock of `Date`, so that it may be a false one. */
export class MemoryBackend {
  readonly values = new Map<string, StoreEntry & Until>();
  readonly leases = new Map<string, Until & { readonly token: string }>();
  readonly failures = new Map<string, Until & { readonly failure: Uint8Array }>();
  readonly marks = new Map<string, string>();
  readonly followers = new Set<LogListener>();
  turn: string | undefined;
  position: string | undefined;

  open(): MemoryStore {
    return new MemoryStore(this);
  }

  append(entry: LogEntry): void {
    for (const follower of this.followers) follower.told([entry]);
  }

  verify(): void {
    for (const follower of this.followers) follower.verified(performance.now());
  }

  /** Forgets what nobody can read any more. */
  sweep(): void {
    const now = Date.now();
    for (const map of [this.values, this.leases, this.failures]) {
      for (const [name, { until }] of map) if (until <= now) map.delete(name);
    }
  }
}

/** A shared tier in this process. What is done is done when it is called; the test may hold the answers back. */
export class MemoryStore implements CacheStore {
  readonly kind = 'memory';
  /** Awaited before a call is done, with its method. */
  before: ((method: Method) => Promise<void> | undefined) | undefined;
  /** Awaited after a call was done and before it is answered. */
  after: ((method: Method) => Promise<void> | undefined) | undefined;
  readonly #backend: MemoryBackend;

  constructor(backend: MemoryBackend) {
    this.#backend = backend;
  }

  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return this.#do('read', () => ({
      values: keys.map((key) => this.#value(key)),
      marks: marks.map((mark) => this.#backend.marks.get(mark)),
    }));
  }

  lease({ keys, marks, token, ttlMs }: LeaseRequest): Promise<LeaseReply> {
    return this.#do('lease', () => {
      const tokens = marks.map((mark) => this.#backend.marks.get(mark) ?? this.#renew(mark));
      return { marks: tokens, keys: keys.map((key) => this.#leaseOne(key, token, ttlMs)) };
    });
  }

  renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    return this.#do('renew', () => {
      for (const key of keys) {
        if (this.#holder(key) === token) this.#backend.leases.set(key, { token, until: Date.now() + ttlMs });
      }
    });
  }

  fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    return this.#do('fill', () =>
      fills.map((fill) => {
        if (this.#holder(fill.key) !== token) return false;
        this.#put(fill);
        return true;
      }),
    );
  }

  release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    return this.#do('release', () => {
      for (const key of keys.filter((each) => this.#holder(each) === token)) {
        this.#backend.leases.delete(key);
        if (failure) this.#backend.failures.set(`${key} ${token}`, { failure, until: Date.now() + 5000 });
      }
    });
  }

  write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    return this.#do('write', () => {
      for (const entry of entries) this.#put(entry);
      this.#backend.append({ keys: entries.map(({ key }) => key), marks: [], origin, fed: false });
    });
  }

  invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    return this.#do('invalidate', () => {
      this.#drop(invalidation);
      this.#backend.append({ ...invalidation, origin, fed: false });
    });
  }

  follow(listener: LogListener): Promise<LogFollower> {
    return this.#do('follow', () => {
      this.#backend.followers.add(listener);
      return { close: async () => void this.#backend.followers.delete(listener) };
    });
  }

  beginFeed(): Promise<FeedTurn> {
    return this.#do('beginFeed', () => {
      this.#backend.turn = randomUUID();
      return { token: this.#backend.turn, position: this.#backend.position };
    });
  }

  feed({ token }: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    return this.#do('feed', () => {
      if (this.#backend.turn !== token) return false;
      this.#drop(invalidation);
      this.#backend.position = position;
      this.#backend.append({ ...invalidation, origin: token, fed: true });
      return true;
    });
  }

  ping(): Promise<void> {
    return this.#do('ping', () => undefined);
  }

  async close(): Promise<void> {}

  #leaseOne({ key, seen }: LeaseKey, token: string, ttlMs: number): LeaseState {
    const value = this.#value(key);
    const failed = seen === undefined ? undefined : this.#backend.failures.get(`${key} ${seen}`);
    if (failed && failed.until > Date.now()) return { holder: undefined, value, failure: failed.failure };
    const holder = this.#holder(key) ?? token;
    if (holder === token) this.#backend.leases.set(key, { token, until: Date.now() + ttlMs });
    return { holder, value };
  }

  #holder(key: string): string | undefined {
    const lease = this.#backend.leases.get(key);
    return lease && lease.until > Date.now() ? lease.token : undefined;
  }

  #value(key: string): Uint8Array | undefined {
    const entry = this.#backend.values.get(key);
    return entry && entry.until > Date.now() ? entry.value : undefined;
  }

  #put(entry: StoreEntry): void {
    this.#backend.values.set(entry.key, { ...entry, until: Date.now() + entry.ttlMs });
    this.#backend.leases.delete(entry.key);
  }

  #drop({ keys, marks }: Invalidation): void {
    for (const key of keys) {
      this.#backend.values.delete(key);
      this.#backend.leases.delete(key);
    }
    for (const mark of marks) if (this.#backend.marks.has(mark)) this.#renew(mark);
  }

  #renew(mark: string): string {
    const token = randomUUID();
    this.#backend.marks.set(mark, token);
    return token;
  }

  async #do<T>(method: Method, work: () => T): Promise<T> {
    await this.before?.(method);
    const answer = work();
    await this.after?.(method);
    return answer;
  }
}

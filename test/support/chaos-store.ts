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
} from '../../src/cache/store/store.js';
import { ChaosLog, type LogFaults } from './chaos-log.js';
import { type Milliseconds, pick, seeded } from './seeded.js';

export type StoreMethod = Exclude<keyof CacheStore, 'kind' | 'follow' | 'close'>;

interface Where {
  /** @default every method */
  readonly methods?: readonly StoreMethod[];
  /** Of the calls, from 0 to 1. @default 1 */
  readonly share?: number;
  /** So many calls, then no more. @default without end */
  readonly times?: number;
  /**
   * Before the store has heard of the call, or after it has done it: a request that is lost, or a reply.
   * @default 'before'
   */
  readonly side?: 'before' | 'after';
}

export type StoreFault = Where &
  (
    | { readonly kind: 'slow'; readonly ms: Milliseconds }
    | { readonly kind: 'error'; readonly error?: () => Error }
    /** Until it is healed; what hangs before is then still done. */
    | { readonly kind: 'hang' }
    /** The bytes of values that are read: others, a part of them, or one bit of them not as it was. */
    | { readonly kind: 'garbage'; readonly how?: 'random' | 'cut' | 'bit' }
  );

interface Active {
  readonly fault: StoreFault;
  left: number;
  readonly healed: Promise<void>;
  readonly heal: () => void;
}

/** What happened, so that a test can tell that its faults were met. */
export type Injected = Record<StoreFault['kind'] | 'drop' | 'reorder' | 'duplicate' | 'delay', number>;

/** A store between which and its user the test puts faults. Without any it is the store itself. */
export class ChaosStore implements CacheStore {
  readonly kind: string;
  readonly injected: Injected = {
    slow: 0,
    error: 0,
    hang: 0,
    garbage: 0,
    drop: 0,
    reorder: 0,
    duplicate: 0,
    delay: 0,
  };
  readonly #store: CacheStore;
  readonly #random: () => number;
  readonly #active = new Set<Active>();
  #logFaults: LogFaults = {};

  /** @param seed the same faults for the same calls */
  constructor(store: CacheStore, seed = 1) {
    this.#store = store;
    this.kind = store.kind;
    this.#random = seeded(seed);
  }

  /** From now on calls meet this fault, until what is returned is called. */
  inject(fault: StoreFault): () => void {
    let heal: () => void = () => undefined;
    const healed = new Promise<void>((resolve) => {
      heal = resolve;
    });
    const active: Active = { fault, left: fault.times ?? Infinity, healed, heal };
    this.#active.add(active);
    return () => {
      this.#active.delete(active);
      active.heal();
    };
  }

  /** What followers, those there are too, hear of the log from now on. */
  disturbLog(faults: LogFaults): void {
    this.#logFaults = faults;
  }

  /** No fault any more; what hung goes on. */
  heal(): void {
    for (const { heal } of this.#active) heal();
    this.#active.clear();
    this.#logFaults = {};
  }

  async read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    const read = await this.#call('read', () => this.#store.read(keys, marks));
    return { ...read, values: read.values.map((value) => this.#garbled('read', value)) };
  }

  async lease(request: LeaseRequest): Promise<LeaseReply> {
    const reply = await this.#call('lease', () => this.#store.lease(request));
    const keys = reply.keys.map((state) => ({ ...state, value: this.#garbled('lease', state.value) }));
    return { ...reply, keys };
  }

  renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    return this.#call('renew', () => this.#store.renew(keys, token, ttlMs));
  }

  fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    return this.#call('fill', () => this.#store.fill(fills, token));
  }

  release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    return this.#call('release', () => this.#store.release(keys, token, failure));
  }

  write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    return this.#call('write', () => this.#store.write(entries, origin));
  }

  invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    return this.#call('invalidate', () => this.#store.invalidate(invalidation, origin));
  }

  async follow(listener: LogListener): Promise<LogFollower> {
    const log = new ChaosLog(listener, {
      faults: () => this.#logFaults,
      random: this.#random,
      count: (kind) => this.injected[kind]++,
    });
    return log.follower(await this.#store.follow(log));
  }

  beginFeed(ttlMs: number): Promise<FeedTurn> {
    return this.#call('beginFeed', () => this.#store.beginFeed(ttlMs));
  }

  feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    return this.#call('feed', () => this.#store.feed(turn, position, invalidation));
  }

  ping(): Promise<void> {
    return this.#call('ping', () => this.#store.ping());
  }

  close(): Promise<void> {
    this.heal();
    return this.#store.close();
  }

  async #call<T>(method: StoreMethod, call: () => Promise<T>): Promise<T> {
    await this.#suffer(method, 'before');
    const result = await call();
    await this.#suffer(method, 'after');
    return result;
  }

  async #suffer(method: StoreMethod, side: 'before' | 'after'): Promise<void> {
    for (const active of [...this.#active]) {
      const { fault } = active;
      if (fault.kind === 'garbage' || (fault.side ?? 'before') !== side || !this.#meets(active, method))
        continue;
      if (fault.kind === 'slow') await sleep(pick(fault.ms, this.#random));
      if (fault.kind === 'hang') await active.healed;
      if (fault.kind === 'error') throw fault.error?.() ?? new Error(`chaos: ${method} failed`);
    }
  }

  #garbled(method: StoreMethod, value: Uint8Array | undefined): Uint8Array | undefined {
    if (!value) return undefined;
    for (const active of this.#active) {
      const { fault } = active;
      if (fault.kind === 'garbage' && this.#meets(active, method)) return this.#garbage(value, fault.how);
    }
    return value;
  }

  #garbage(value: Uint8Array, how: 'random' | 'cut' | 'bit' = 'random'): Uint8Array {
    const below = (end: number) => Math.floor(this.#random() * end);
    if (how === 'cut') return value.slice(0, below(value.length));
    if (how === 'random') return Uint8Array.from({ length: below(300) }, () => below(256));
    const changed = Uint8Array.from(value);
    const at = below(value.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
    return changed;
  }

  #meets(active: Active, method: StoreMethod): boolean {
    const { kind, methods, share = 1 } = active.fault;
    if (active.left < 1 || (methods && !methods.includes(method))) return false;
    if (share < 1 && this.#random() >= share) return false;
    active.left--;
    this.injected[kind]++;
    return true;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

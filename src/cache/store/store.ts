/**
 * The shared tier of a cache (L2), as every provider implements it. Names are opaque strings that already carry the
 * tenant; values are opaque bytes. What is said here of several names at once holds for each of them; a provider that
 * spreads its keys over nodes may do them one after the other unless it says "at once".
 *
 * Three things make it coherent:
 * - a **lease** is the right to fill a key. Whatever invalidates or writes the key voids it, so a fill that began
 *   before never lands (Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, §3.2.1).
 * - a **mark** is a random token under the name of a tag or a namespace. A value carries the tokens of its marks as
 *   they were when its fill began, and counts only while they are the same. Renewing a mark drops all who carry it.
 * - the **log** tells every process what was invalidated, in order and without gaps, so that it can drop its copies.
 */
export interface CacheStore {
  /** For metrics and messages: `redis`, `postgres`. */
  readonly kind: string;

  /** What is stored under the keys, and the tokens of the marks, read no earlier than this call. */
  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead>;

  /**
   * Asks for the right to fill keys. Marks that do not exist are made, and their tokens read before any right is given.
   * A key that someone else is filling is refused. So is one whose last holder, `seen` by this caller, failed.
   */
  lease(request: LeaseRequest): Promise<LeaseReply>;

  /** Extends leases still held by `token`; a lease that is gone stays gone. */
  renew(keys: readonly string[], token: string, ttlMs: number): Promise<void>;

  /** Stores each value and ends its lease, if the lease is still held by `token`: which were stored. */
  fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]>;

  /** Ends leases held by `token` without a value. `failure` is kept for a few seconds for those who saw the holder. */
  release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void>;

  /** Stores values whatever was there, voids leases, and tells the log; each key at once. */
  write(entries: readonly StoreEntry[], origin: string): Promise<void>;

  /**
   * Removes keys with their leases, renews marks that exist, and then tells the log. When it resolves, no `read` that
   * begins later finds what was there. Must work on a store that is out of memory.
   */
  invalidate(invalidation: Invalidation, origin: string): Promise<void>;

  /**
   * Begins to tell what is appended to the log from now on. The promise resolves when it follows; it never rejects
   * for a store that is down, but goes on trying until closed.
   */
  follow(listener: LogListener): Promise<LogFollower>;

  /**
   * Takes the turn to feed events of another ledger into this store, for `ttlMs`; the position stored by the last
   * feed, or undefined when there is none (new, flushed, or lost by a crash).
   */
  beginFeed(ttlMs: number): Promise<FeedTurn>;

  /**
   * Like `invalidate`, and stores the position with it at once: the position is exactly as durable as what it says.
   * False, and nothing done, when the turn is over. Appended to the log even with nothing to invalidate: a sign of life.
   */
  feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean>;

  /** A round trip that reads nothing. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreRead {
  readonly values: readonly (Uint8Array | undefined)[];
  readonly marks: readonly (string | undefined)[];
}

export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Milliseconds until the store forgets it. */
  readonly ttlMs: number;
}

export interface LeaseRequest {
  readonly keys: readonly LeaseKey[];
  readonly marks: readonly string[];
  /** Unique for this attempt: what fences a late holder off. */
  readonly token: string;
  /** Milliseconds after which a holder that does not renew is taken for dead. */
  readonly ttlMs: number;
}

export interface LeaseKey {
  readonly key: string;
  /** The token of a holder for whom this caller has waited. */
  readonly seen?: string;
}

export interface LeaseReply {
  readonly keys: readonly LeaseState[];
  readonly marks: readonly string[];
}

export interface LeaseState {
  /** Who may fill the key now: the `token` of the request when it was granted; undefined when refused for a failure. */
  readonly holder: string | undefined;
  /** What is stored at this moment: someone may just have filled it. */
  readonly value: Uint8Array | undefined;
  /** What the holder `seen` failed with. */
  readonly failure?: Uint8Array;
}

export interface Invalidation {
  readonly keys: readonly string[];
  readonly marks: readonly string[];
}

/** One record of the log. */
export interface LogEntry extends Invalidation {
  /** Who appended it, as given. */
  readonly origin: string;
  /** Whether it was appended by `feed`. */
  readonly fed: boolean;
}

export interface LogListener {
  /** In the order of the log, each entry once. */
  told(entries: readonly LogEntry[]): void;
  /** Everything appended before `since` (performance.now() of this process) has been told. At least every 300 ms. */
  verified(since: number): void;
  /** Entries may have been missed: whatever was copied before is in doubt. Told before what comes after the gap. */
  lost(reason: string): void;
}

export interface LogFollower {
  close(): Promise<void>;
}

export interface FeedTurn {
  readonly token: string;
  readonly position: string | undefined;
}

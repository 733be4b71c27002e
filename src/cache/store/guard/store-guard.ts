import { randomUUID } from 'node:crypto';
import { Breaker, type BreakerState } from '../../../breaker/index.js';
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
} from '../store.js';
import { Deadlines } from './deadlines.js';
import type { GuardFigures } from './figures.js';
import { type Failure, Lane, type Limits, storeClosed } from './lane.js';
import { type GuardOptions, type GuardSettings, type StateChange, settingsOf } from './options.js';
import { Probe } from './probe.js';
import { ReadBatch } from './read-batch.js';

const MANY_NAMES = 20;
/** What a name takes at the slowest: Redis reads hundreds in a millisecond, PostgreSQL tens. */
const NAME_MS = 0.1;
/** What a mebibyte takes at the slowest: on a network of a gigabit 8 ms of its own. */
const MEBIBYTE_MS = 20;
/** How long the store may take to close. */
const CLOSE_MS = 2000;
/** The lease of a probe that could not be released ends by itself. */
const PROBE_LEASE_MS = 1000;

/**
 * A store that cannot hurt: each call is answered within a deadline, or fails with AQF_CACHE_STORE_UNAVAILABLE; a store
 * that fails is left alone until it answers a probe; reads of one turn of the event loop go together.
 *
 * Reads and writes are left alone separately, since a store that is out of memory or read-only still answers reads.
 * Invalidations are tried as long as reads are possible.
 */
export class StoreGuard implements CacheStore {
  readonly #store: CacheStore;
  readonly #deadlines = new Deadlines();
  readonly #listeners = new Set<(change: StateChange) => void>();
  readonly #readBreaker: Breaker;
  readonly #writeBreaker: Breaker;
  readonly #readProbe: Probe;
  readonly #writeProbe: Probe;
  readonly #reads: Lane;
  readonly #writes: Lane;
  readonly #invalidations: Lane;
  /** Probes and pings, which are tried whatever the state. */
  readonly #pings: Lane;
  readonly #batch: ReadBatch;
  /** For reads: one that is given up costs little, so the deadline follows what reads usually take. */
  readonly #quick: Limits;
  /** For steps of fills: one that is given up costs a call of a factory. */
  readonly #step: Limits;
  /** For what must arrive. */
  readonly #sure: Limits;
  #lastRead = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | undefined;

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(store: CacheStore, options: GuardOptions = {}) {
    const settings = settingsOf(options);
    this.#store = store;
    if (options.onStateChange) this.#listeners.add(options.onStateChange);
    this.#quick = { floor: settings.minDeadlineMs, cap: settings.deadlineMs };
    this.#step = { floor: settings.deadlineMs, cap: settings.deadlineMs };
    this.#sure = { floor: settings.deadlineMs, cap: settings.writeDeadlineMs };
    this.#readBreaker = this.#breaker('reads', settings, () => this.#readProbe.start());
    this.#writeBreaker = this.#breaker('writes', settings, () => this.#writeProbe.start());
    this.#pings = this.#lane([]);
    this.#reads = this.#lane(
      [this.#readBreaker],
      (now) => this.#hasRead(now),
      ({ now }) => this.#readBreaker.failed(now),
    );
    this.#writes = this.#lane(
      [this.#writeBreaker, this.#readBreaker],
      (now) => this.#hasWritten(now),
      ({ now }) => this.#writeBreaker.failed(now),
    );
    this.#invalidations = this.#lane([this.#readBreaker], undefined, (failure) =>
      this.#failedToInvalidate(failure),
    );
    this.#readProbe = this.#probe(this.#readBreaker, this.#quick.cap, () => this.#tryReading());
    this.#writeProbe = this.#probe(this.#writeBreaker, this.#sure.cap, () => this.#tryWriting());
    this.#batch = new ReadBatch(
      (keys, marks, resolve, reject) =>
        this.#reads.send(
          this.#limitsOf(keys.length + marks.length),
          () => store.read(keys, marks),
          resolve,
          reject,
        ),
      settings.maxNames,
    );
  }

  get kind(): string {
    return this.#store.kind;
  }

  /** Of reads; while it is not `closed`, nothing is asked of the store. */
  get state(): BreakerState {
    return this.#readBreaker.state;
  }

  get writeState(): BreakerState {
    return this.#writeBreaker.state;
  }

  /** @returns what ends it */
  onStateChange(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  figures(): GuardFigures {
    return {
      kind: this.kind,
      state: this.state,
      writeState: this.writeState,
      coalesced: this.#batch.coalesced,
      reads: this.#reads.figures(this.#quick),
      writes: this.#writes.figures(this.#step),
      invalidations: this.#invalidations.figures(this.#sure),
    };
  }

  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return this.#batch.read(keys, marks);
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    const limits = longer(this.#step, request.keys.length + request.marks.length);
    return this.#writes.call(limits, () => this.#store.lease(request));
  }

  renew(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    return this.#writes.call(longer(this.#step, keys.length), () => this.#store.renew(keys, token, ttlMs));
  }

  fill(fills: readonly StoreEntry[], token: string): Promise<boolean[]> {
    const limits = longer(this.#step, fills.length, bytesIn(fills));
    return this.#writes.call(limits, () => this.#store.fill(fills, token));
  }

  release(keys: readonly string[], token: string, failure?: Uint8Array): Promise<void> {
    const limits = longer(this.#step, keys.length);
    return this.#writes.call(limits, () => this.#store.release(keys, token, failure));
  }

  write(entries: readonly StoreEntry[], origin: string): Promise<void> {
    const limits = longer(this.#sure, entries.length, bytesIn(entries));
    return this.#writes.call(limits, () => this.#store.write(entries, origin));
  }

  invalidate(invalidation: Invalidation, origin: string): Promise<void> {
    const limits = longer(this.#sure, invalidation.keys.length + invalidation.marks.length);
    return this.#invalidations.call(limits, () => this.#store.invalidate(invalidation, origin));
  }

  /** As the store does it: it resolves when it follows, and waits for a store that is down. */
  async follow(listener: LogListener): Promise<LogFollower> {
    if (this.#closing) throw storeClosed(this.kind);
    return this.#store.follow(listener);
  }

  beginFeed(ttlMs: number): Promise<FeedTurn> {
    return this.#invalidations.call(this.#sure, () => this.#store.beginFeed(ttlMs));
  }

  feed(turn: FeedTurn, position: string, invalidation: Invalidation): Promise<boolean> {
    return this.#invalidations.call(this.#sure, () => this.#store.feed(turn, position, invalidation));
  }

  /** Tried whatever the state. */
  ping(): Promise<void> {
    return this.#pings.call(this.#sure, () => this.#store.ping());
  }

  /** Fails what is under way, and closes the store; resolves after 2 seconds if it does not. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const lane of [this.#reads, this.#writes, this.#invalidations, this.#pings]) lane.close();
    for (const probe of [this.#readProbe, this.#writeProbe]) probe.close();
    this.#deadlines.close();
    this.#listeners.clear();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    try {
      await Promise.race([this.#store.close(), over]);
    } finally {
      clearTimeout(timer);
    }
  }

  #lane(
    breakers: readonly Breaker[],
    onAnswer?: (now: number) => void,
    onFailure?: (failure: Failure) => void,
  ): Lane {
    return new Lane({
      kind: this.kind,
      deadlines: this.#deadlines,
      breakers,
      ...(onAnswer && { onAnswer }),
      ...(onFailure && { onFailure }),
    });
  }

  #breaker(lane: 'reads' | 'writes', { failures }: GuardSettings, onOpen: () => void): Breaker {
    return new Breaker({
      failures,
      onChange: (from, state) => {
        if (from === 'closed') onOpen();
        this.#tell({ lane, from, state });
      },
    });
  }

  #probe(breaker: Breaker, deadlineMs: number, ask: () => Promise<void>): Probe {
    return new Probe({ breaker, lane: this.#pings, limits: { floor: deadlineMs, cap: deadlineMs }, ask });
  }

  /** What reads of few names take says little of a read of many. */
  #limitsOf(names: number): Limits {
    if (names < MANY_NAMES) return this.#quick;
    return { floor: this.#quick.floor + names * NAME_MS, cap: this.#quick.cap };
  }

  #hasRead(now: number): void {
    this.#lastRead = now;
    this.#readBreaker.succeeded(now);
    this.#readProbe.restore();
  }

  #hasWritten(now: number): void {
    this.#writeBreaker.succeeded(now);
    this.#writeProbe.restore();
  }

  /** A store that refuses invalidations may be read; one that hangs, and is not read meanwhile, is dead. */
  #failedToInvalidate({ kind, begun, now }: Failure): void {
    if (kind === 'timeout' && this.#lastRead < begun) this.#readBreaker.failed(now);
  }

  async #tryReading(): Promise<void> {
    const begun = performance.now();
    await this.#store.ping();
    this.#reads.roundTrip.learn(performance.now() - begun);
  }

  /** Only a write tells that a store has memory again, or is the primary. No key of a cache lacks a `|`. */
  async #tryWriting(): Promise<void> {
    const token = randomUUID();
    const key = `probe-${token}`;
    await this.#store.lease({ keys: [{ key }], marks: [], token, ttlMs: PROBE_LEASE_MS });
    await this.#store.release([key], token);
  }

  #tell(change: StateChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch {
        // Who listens must not take the cache down.
      }
    }
  }
}

/** What is asked of many names at once takes its time, and is no sign of a store that fails. */
function longer({ floor, cap }: Limits, names: number, bytes = 0): Limits {
  const more = (names < MANY_NAMES ? 0 : names * NAME_MS) + (bytes / 2 ** 20) * MEBIBYTE_MS;
  return { floor: floor + more, cap: cap + more };
}

function bytesIn(entries: readonly StoreEntry[]): number {
  let bytes = 0;
  for (const { value } of entries) bytes += value.byteLength;
  return bytes;
}

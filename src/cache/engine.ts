import { randomUUID } from 'node:crypto';
import { Clock } from './clock.js';
import { type InvalidationJournal, Invalidator } from './coherence/invalidator.js';
import { Recent } from './coherence/recent.js';
import { Told } from './coherence/told.js';
import { Trust } from './coherence/trust.js';
import { Filler } from './flight/filler.js';
import { Flights } from './flight/flight.js';
import { ManyFiller } from './flight/many.js';
import { Memory } from './memory/memory.js';
import { SharedTier } from './shared/shared-tier.js';
import { type CacheStats, Counters } from './stats.js';
import { EnvelopeCodec } from './store/envelope.js';
import { type GuardOptions, StoreGuard } from './store/guard/index.js';
import type { CacheStore, LogEntry, LogFollower } from './store/store.js';

export interface EngineOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly staleness: number;
  /** The shape of the application's values: another version does not read them. */
  readonly version: string;
  readonly compressAboveBytes?: number;
  readonly store?: CacheStore;
  readonly guard?: GuardOptions;
}

/** A feed is believed to be as late as its turn allows: see `CacheStore.beginFeed`. */
export const FEED_TURN_MS = 300;

/** How long opening a cache waits for a store to answer. */
const START_MS = 500;

/** What the caches of one process share: memory, fills under way, the way to the shared tier, and trust. */
export class Engine {
  readonly clock = new Clock();
  readonly counters = new Counters();
  readonly memory: Memory;
  readonly trust: Trust;
  readonly store: StoreGuard | undefined;
  readonly shared: SharedTier | undefined;
  readonly filler: Filler;
  readonly many: ManyFiller;
  readonly invalidator: Invalidator;
  readonly recent = new Recent();
  readonly told = new Told();
  /** Hears of what has changed up to now, where this process finds out for itself; never rejects. */
  catchUp: (() => Promise<void>) | undefined;
  /** Names this process in the log. */
  readonly origin = randomUUID();
  #following: Promise<void> | undefined;
  #follower: LogFollower | undefined;
  #closed = false;
  #heard = false;

  constructor(options: EngineOptions) {
    const { counters, recent } = this;
    this.memory = new Memory(options);
    this.store = options.store && new StoreGuard(options.store, options.guard);
    this.trust = new Trust(options.staleness, this.store !== undefined);
    const codec = new EnvelopeCodec({
      version: options.version,
      ...(options.compressAboveBytes !== undefined && { compressAboveBytes: options.compressAboveBytes }),
    });
    this.shared = this.store && new SharedTier(this.store, codec, counters, this.origin);
    const parts = {
      memory: this.memory,
      flights: new Flights(recent, this.trust),
      trust: this.trust,
      counters,
      shared: this.shared,
      sharedTrusted: () => this.sharedTrusted(),
      sharedBehind: () => this.invalidator.pending > 0,
    };
    this.filler = new Filler(parts);
    this.many = new ManyFiller(parts, this.filler);
    this.invalidator = new Invalidator(this.memory, recent, counters, this.store, this.origin);
  }

  /**
   * Begins to hear of invalidations by others; until then copies live for no longer than `staleness`. Resolves when it
   * does, or after half a second with a store that does not answer: it will hear as soon as the store does.
   */
  async start(): Promise<void> {
    // Whoever asks for a cache while its owner closes gets one that keeps nothing, and no error that nobody hears.
    if (this.#closed) return;
    this.#following ??= this.#follow();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, START_MS);
    });
    await Promise.race([this.#following, late]);
    clearTimeout(timer);
  }

  useJournal(journal: InvalidationJournal): void {
    this.invalidator.useJournal(journal);
  }

  /** Changes whenever a cache is used. */
  get used(): number {
    const { l1Hits, l2Hits, misses, bypassed } = this.counters;
    return l1Hits + l2Hits + misses + bypassed;
  }

  /** Whether what the shared tier says can be believed at this moment. */
  sharedTrusted(): boolean {
    const { sharedUntil } = this.trust;
    return (
      this.invalidator.pending === 0 &&
      (sharedUntil === Number.POSITIVE_INFINITY || this.clock.now() < sharedUntil)
    );
  }

  /** Invalidations may have been missed: every copy goes. */
  lose(): void {
    this.counters.gaps++;
    this.told.forget();
    this.trust.lose();
    this.invalidator.loseHere();
  }

  stats(): CacheStats {
    const { factoryCalls, factoryMs, ...counted } = this.counters;
    const { memory, trust } = this;
    return {
      ...counted,
      pendingInvalidations: this.invalidator.pending,
      evictions: memory.evictions,
      tooLarge: memory.refused,
      entries: memory.count,
      bytes: memory.bytes,
      invalidationLagMs: trust.lagMs(performance.now()),
      factory: { calls: factoryCalls, totalMs: factoryMs },
      ...(this.store && { store: this.store.figures() }),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.invalidator.close();
    this.filler.renewals?.close();
    await this.#follower?.close();
    await this.store?.close();
  }

  async #follow(): Promise<void> {
    const follower = await this.store?.follow({
      told: (entries) => this.#told(entries),
      verified: (since) => this.#verified(since),
      lost: () => this.lose(),
    });
    if (this.#closed) await follower?.close();
    else this.#follower = follower;
  }

  #verified(since: number): void {
    if (!this.#heard) {
      // What was copied before the log was followed may have been invalidated unheard.
      this.invalidator.loseHere();
      this.#heard = true;
    }
    this.trust.verify(since);
  }

  #told(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.told.noteFrom(entry.keys);
      // What this process invalidated or wrote itself is done already.
      if (entry.origin !== this.origin) this.invalidator.applyHere(entry);
      // It was appended after what was last verified, and read no earlier than a turn before.
      if (entry.fed) this.trust.feed(this.trust.verified - FEED_TURN_MS);
    }
  }
}

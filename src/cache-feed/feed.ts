import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, FEED_TURN_MS } from '../cache/index.js';
import { isAquiferError } from '../errors/index.js';
import { type LedgerDelta, ledgerDelta } from '../events/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { Wake } from '../wake/index.js';
import { invalidationOf } from './invalidation.js';

/** Between two looks into the ledger when nothing hints. */
const LOOK_EVERY_MS = 200;
const SETTLE_MS = 8;
/** After so long without use of a cache nobody needs to hear of changes. */
const IDLE_AFTER_MS = 5000;
const LONGEST_WAIT_MS = 1000;

/**
 * Tells the caches what the ledger says, so that a write by whatever program removes what was made of the row. With a
 * shared store one process at a time tells it, and the log of the store tells all; the position in the ledger is kept
 * in the store, where it is lost with the values if they are lost. Without one, each process reads for itself.
 */
export class CacheFeed {
  readonly #relational: RelationalProvider;
  readonly #engine: Engine;
  readonly #name: string;
  readonly #stopping = new AbortController();
  readonly #wake = new Wake();
  #running: Promise<void> | undefined;
  #stopListening: Promise<(() => Promise<void>) | undefined> | undefined;
  #position: string | undefined;
  #looking: Promise<void> | undefined;
  #used = -1;
  #usedAt = 0;

  /** @param name of the store that is fed: one process at a time feeds a name */
  constructor(relational: RelationalProvider, engine: Engine, name: string) {
    this.#relational = relational;
    this.#engine = engine;
    this.#name = name;
    engine.trust.expectFeed();
    if (!engine.store) engine.catchUp = () => this.#look();
  }

  /** Safe to call twice. */
  start(): void {
    if (this.#running || this.#stopping.signal.aborted) return;
    this.#stopListening = this.#relational
      .listen('aquifer_changes', () => this.#wake.ring())
      .catch(() => undefined);
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await (await this.#stopListening)?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.#engine.store) await this.#feedStore(signal);
        else await this.#feedHere(signal);
        failures = 0;
      } catch (error) {
        if (isAquiferError(error, 'AQF_LAYER_CLOSED')) return;
        failures++;
      }
      // The feed of another process is at work, or something is down: trust ends by itself.
      await this.#wake.wait(Math.min(LOOK_EVERY_MS * 2 ** failures, LONGEST_WAIT_MS), signal);
    }
  }

  async #feedStore(signal: AbortSignal): Promise<void> {
    await this.#relational.exclusively(this.#name, async (lost) => {
      while (!signal.aborted && !lost.aborted) {
        await this.#tellStore();
        await this.#nextLook(signal);
      }
    });
  }

  async #tellStore(): Promise<void> {
    const { store, invalidator, told } = this.#engine;
    const turn = await store?.beginFeed(FEED_TURN_MS);
    if (!store || !turn) return;
    const delta = await ledgerDelta(this.#relational, turn.position);
    const invalidation = invalidationOf(delta, told);
    invalidator.applyHere(invalidation);
    await store.feed(turn, delta.position, invalidation);
  }

  async #feedHere(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#inUse()) await this.#look();
      await this.#nextLook(signal);
    }
  }

  /** One look at a time, which all who want one share; what fails ends trust by itself. */
  #look(): Promise<void> {
    this.#looking ??= this.#tellHere()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #tellHere(): Promise<void> {
    const { invalidator, trust, origin, told } = this.#engine;
    const since = performance.now();
    const delta = await ledgerDelta(this.#relational, this.#position);
    if (this.#position === undefined) invalidator.loseHere();
    else if (delta.lost) this.#engine.lose();
    else invalidator.applyHere(invalidationOf(withoutOwn(delta, origin), told));
    this.#position = delta.position;
    trust.feed(since);
  }

  /** After a hint a moment more: whoever wrote may tell it himself, and more may come. */
  async #nextLook(signal: AbortSignal): Promise<void> {
    await this.#wake.wait(LOOK_EVERY_MS, signal);
    if (!signal.aborted) await sleep(SETTLE_MS);
  }

  /** Looked at often and cheaply, so that the ledger is not, while nobody uses a cache. */
  #inUse(): boolean {
    const used = this.#engine.used;
    const now = performance.now();
    if (used !== this.#used) {
      this.#used = used;
      this.#usedAt = now;
    }
    return now - this.#usedAt < IDLE_AFTER_MS;
  }
}

/** What this process invalidated is gone already, and what it set since is not to go with it. */
function withoutOwn(delta: LedgerDelta, own: string): LedgerDelta {
  return { ...delta, invalidations: delta.invalidations.filter(({ origin }) => origin !== own) };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { AquiferError } from '../../errors/index.js';
import type { Trust } from '../coherence/trust.js';
import { entryFacts, inGrace, isFresh, timed } from '../facts.js';
import type { Entry, Timed } from '../memory/entry.js';
import type { Memory } from '../memory/memory.js';
import type { Space } from '../memory/space.js';
import { keyName, tagMark } from '../names.js';
import type { Policy } from '../options.js';
import type { Found, Lease, SharedTier } from '../shared/shared-tier.js';
import type { Counters } from '../stats.js';
import { callFactory, type Factory, withDeadline } from './factory.js';
import type { Flight, Flights } from './flight.js';
import { Renewals } from './renewals.js';

/** One key to fill, and how. */
export interface Wanted {
  readonly space: Space;
  readonly key: string;
  readonly policy: Policy;
  readonly factory: Factory<unknown>;
  /** What this process has of it, past its time or soon to be. */
  readonly old: Entry | undefined;
  /** The same, also when it is not certain that all invalidations were heard: for `grace`, when filling fails. */
  readonly last: Entry | undefined;
  /** Only a value made after this will do: 0, or when the fresh value was made that is refreshed ahead. */
  readonly newerThan: number;
}

export interface FillerParts {
  readonly memory: Memory;
  readonly flights: Flights;
  readonly counters: Counters;
  readonly shared: SharedTier | undefined;
  readonly trust: Trust;
  /** Whether what the shared tier says can be believed at this moment. */
  sharedTrusted(): boolean;
  /** Whether it has still to be told of invalidations. */
  sharedBehind(): boolean;
}

/** Waits between two looks at a key that another process is filling: short at first. */
const FIRST_WAIT_MS = 4;
const LONGEST_WAIT_MS = 40;

/** Fills one key: from the shared tier, by its factory, or by waiting for the process that is filling it. */
export class Filler {
  readonly #parts: FillerParts;
  readonly renewals: Renewals | undefined;

  constructor(parts: FillerParts) {
    this.#parts = parts;
    this.renewals = parts.shared && new Renewals(parts.shared);
  }

  /** The value, filled by this call or by one that is under way. */
  async fill(wanted: Wanted): Promise<unknown> {
    const name = keyName(wanted.space.path, wanted.key);
    for (;;) {
      const { flights, counters } = this.#parts;
      const joined = flights.moment;
      const under = flights.joinable(name);
      if (under) counters.coalesced++;
      const flight = under ?? this.#begin(name, wanted);
      const value = await flight.promise;
      // What it found was removed before this caller asked: he must not be told of it.
      if (!flight.refused || joined === flight.moment) return value;
    }
  }

  /** Fills in the background; nobody hears of a failure but the counters. */
  refresh(wanted: Wanted): void {
    const name = keyName(wanted.space.path, wanted.key);
    if (this.#parts.flights.joinable(name)) return;
    this.#parts.counters.refreshes++;
    this.#begin(name, wanted).promise.catch(() => undefined);
  }

  #begin(name: string, wanted: Wanted): Flight {
    const { flights } = this.#parts;
    const flight = flights.begin(name, marksOf(wanted));
    const done = this.load(flight, wanted).finally(() => flights.end(flight));
    flight.promise = this.#softened(done, flight, wanted);
    return flight;
  }

  /** After the soft timeout a stale value stands in, and filling goes on. */
  #softened(done: Promise<unknown>, flight: Flight, { old, policy }: Wanted): Promise<unknown> {
    if (!old || !inGrace(old, policy)) return done;
    return withDeadline(done, policy.softMs, () => {
      done.catch(() => undefined);
      return this.#standIn(flight, old);
    });
  }

  /** Loads and lands a key for a flight that has begun. */
  async load(flight: Flight, wanted: Wanted): Promise<unknown> {
    const { space, key, policy, old, newerThan } = wanted;
    const { shared, counters } = this.#parts;
    if (!shared || !policy.l2 || this.#parts.sharedBehind()) {
      return this.#make(flight, wanted, undefined, old);
    }
    const since = this.#parts.trust.sharedSince();
    let stale: Timed | undefined = old;
    if (this.#parts.sharedTrusted()) {
      const found = await shared.readOne(space, key, policy.tags);
      if (found && isFresh(found) && found.createdAt > newerThan) {
        counters.l2Hits++;
        return this.keep(flight, wanted, found, since);
      }
      if (found && (!stale || found.createdAt > stale.createdAt)) stale = found;
      if (found && policy.swrMs > 0 && Date.now() < found.createdAt + found.freshMs + policy.swrMs && !old) {
        return this.#serveMeanwhile(flight, wanted, found, since);
      }
    }
    counters.misses++;
    return this.#leaseAndMake(flight, wanted, shared, stale);
  }

  /** Keeps what the shared tier had, unless it was invalidated meanwhile. */
  keep(flight: Flight, { space, key, policy }: Wanted, found: Found, since: number): unknown {
    const { memory, flights } = this.#parts;
    const marks = found.tags.map((tag) => tagMark(space.rootPath, tag));
    if (flights.hit(flight, marks)) flight.refused = true;
    else if (policy.l1) memory.put(space, key, entryFacts(found, policy, found.tags, since));
    return found.value;
  }

  /** A stale value of the shared tier, kept here so that the next caller finds it and it is refreshed once. */
  #serveMeanwhile(flight: Flight, wanted: Wanted, found: Found, since: number): unknown {
    const { counters, flights } = this.#parts;
    counters.staleServed++;
    const value = this.keep(flight, wanted, found, since);
    setImmediate(() => {
      const old = wanted.space.entries.get(wanted.key);
      if (old && !flights.joinable(flight.name)) this.refresh({ ...wanted, old });
    });
    return value;
  }

  /** One process fills; the others wait for what it fills or fails with. */
  async #leaseAndMake(flight: Flight, wanted: Wanted, shared: SharedTier, stale: Timed | undefined) {
    const { space, key, policy, newerThan } = wanted;
    const begun = performance.now();
    let seen: string | undefined;
    let first: Found | undefined;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const since = this.#parts.trust.sharedSince();
      const leased = await shared.lease(space, [key], policy.tags, seen);
      const state = leased?.keys[0];
      if (!leased || !state) return this.#make(flight, wanted, undefined, stale);
      const { found, granted } = state;
      if (seen === undefined) first = found;
      if (state.failure) return this.#failed(flight, wanted, state.failure, stale);
      const counts = found && isFresh(found) && found.createdAt > newerThan;
      if (counts && (this.#parts.sharedTrusted() || this.#isRecent(found, first))) {
        if (granted) await shared.release(space, [key], leased.lease);
        return this.keep(flight, wanted, found, since);
      }
      if (granted) return this.#make(flight, wanted, leased.lease, stale);
      seen = state.holder;
      if (performance.now() - begun > policy.hardMs) throw tookTooLong(policy.hardMs);
      if (stale && inGrace(stale, policy) && performance.now() - begun > policy.softMs) {
        return this.#standIn(flight, stale);
      }
      await sleep(wait, undefined, { ref: true });
    }
  }

  /** While the store is not trusted, only what was filled while we waited counts, and that quickly. */
  #isRecent(found: Found, first: Found | undefined): boolean {
    const isAnother = found !== first && found.createdAt !== first?.createdAt;
    return isAnother && found.fillMs <= this.#parts.trust.staleness;
  }

  async #make(flight: Flight, wanted: Wanted, lease: Lease | undefined, stale: Timed | undefined) {
    const { space, key, policy, factory } = wanted;
    const { counters, shared } = this.#parts;
    const since = performance.now();
    if (lease) this.renewals?.hold(lease, space, [key]);
    try {
      const value = await callFactory(factory, policy.hardMs);
      const fillMs = performance.now() - since;
      counters.factoryCalls++;
      counters.factoryMs += fillMs;
      if (!shared || !policy.l2) counters.misses++;
      if (value !== undefined) await this.#land(flight, wanted, timed(value, policy, fillMs), lease, since);
      else if (lease) await shared?.release(space, [key], lease);
      return value;
    } catch (error) {
      if (lease) await shared?.release(space, [key], lease, error);
      return this.#failed(flight, wanted, error, stale);
    } finally {
      if (lease) this.renewals?.drop(lease);
    }
  }

  async #land(flight: Flight, wanted: Wanted, value: Timed, lease: Lease | undefined, since: number) {
    const { space, key, policy } = wanted;
    const { counters, flights, memory, shared } = this.#parts;
    const stored = lease && (await shared?.fill(space, [{ key, value }], lease, policy));
    if (stored?.[0] === false || flights.hit(flight)) {
      flight.refused = true;
      counters.refusedFills++;
      return;
    }
    counters.fills++;
    if (policy.l1) memory.put(space, key, entryFacts(value, policy, policy.tags, since));
  }

  #failed(flight: Flight, { policy, last }: Wanted, error: unknown, found: Timed | undefined): unknown {
    this.#parts.counters.failedFills++;
    const stale = found ?? last;
    if (stale && policy.graceMs > 0 && inGrace(stale, policy) && !this.#parts.flights.hit(flight)) {
      return this.#standIn(flight, stale);
    }
    throw error;
  }

  #standIn(flight: Flight, stale: Timed): unknown {
    if (this.#parts.flights.hit(flight)) flight.refused = true;
    this.#parts.counters.staleServed++;
    return stale.value;
  }
}

function marksOf({ space, policy }: Wanted): readonly string[] {
  return [...space.marks, ...policy.tags.map((tag) => tagMark(space.rootPath, tag))];
}

function tookTooLong(ms: number): AquiferError {
  return new AquiferError('AQF_CACHE_TIMEOUT', `Another process took longer than ${ms} ms to fill this key.`);
}

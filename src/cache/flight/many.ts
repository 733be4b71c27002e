import { entryFacts, isFresh, timed } from '../facts.js';
import type { Space } from '../memory/space.js';
import { keyName, tagMark } from '../names.js';
import type { Policy } from '../options.js';
import type { Found, Lease } from '../shared/shared-tier.js';
import { callFactory, type FactoryContext } from './factory.js';
import type { Filler, FillerParts, Wanted } from './filler.js';
import type { Flight } from './flight.js';

/** Makes the values of several keys; keys that it leaves out have none. */
export type ManyFactory<T> = (
  missing: string[],
  context: FactoryContext,
) => ManyValues<T> | Promise<ManyValues<T>>;

export type ManyValues<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>>;

/** A flight whose outcome this call decides. */
interface Own {
  readonly key: string;
  readonly flight: Flight;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Batch {
  readonly space: Space;
  readonly policy: Policy;
  readonly factory: ManyFactory<unknown>;
}

/** Fills many keys with one look into the shared tier, one request for leases, one call of the factory, one write. */
export class ManyFiller {
  readonly #parts: FillerParts;
  readonly #filler: Filler;

  constructor(parts: FillerParts, filler: Filler) {
    this.#parts = parts;
    this.#filler = filler;
  }

  /** The values of keys that this process does not have; `undefined` for those without one. */
  async fill(batch: Batch, keys: readonly string[]): Promise<unknown[]> {
    const own: Own[] = [];
    const answers = keys.map((key) => this.#join(batch, key, own));
    // Settled together below; until then none of them may count as unhandled.
    for (const answer of answers) answer.catch(() => undefined);
    if (own.length > 0) await this.#fly(batch, own);
    return Promise.all(answers);
  }

  /** Another's flight to the key where there is one; else one of our own. */
  #join({ space, policy, factory }: Batch, key: string, own: Own[]): Promise<unknown> {
    const { flights, counters } = this.#parts;
    const name = keyName(space.path, key);
    if (flights.joinable(name)) {
      counters.coalesced++;
      return this.#filler.fill(single(space, policy, key, factory));
    }
    const flight = flights.begin(name, [
      ...space.marks,
      ...policy.tags.map((tag) => tagMark(space.rootPath, tag)),
    ]);
    flight.promise = new Promise((resolve, reject) => own.push({ key, flight, resolve, reject }));
    flight.promise.catch(() => undefined);
    return flight.promise;
  }

  async #fly(batch: Batch, own: readonly Own[]): Promise<void> {
    try {
      await this.#load(batch, own);
    } catch (error) {
      for (const { reject } of own) reject(error);
    } finally {
      for (const { flight } of own) this.#parts.flights.end(flight);
    }
  }

  async #load(batch: Batch, own: readonly Own[]): Promise<void> {
    const { space, policy, factory } = batch;
    const { shared, counters } = this.#parts;
    if (!shared || !policy.l2 || this.#parts.sharedBehind()) return this.#make(batch, own, undefined);
    const missing = await this.#read(batch, own);
    if (missing.length === 0) return;
    counters.misses += missing.length;
    const keys = missing.map(({ key }) => key);
    const since = this.#parts.trust.sharedSince();
    const leased = await shared.lease(space, keys, policy.tags);
    if (!leased) return this.#make(batch, missing, undefined);
    // It may have landed since we looked.
    const trusted = this.#parts.sharedTrusted();
    const leases = missing.map((one, index) => ({ one, state: leased.keys[index] }));
    const left = leases.filter(
      ({ one, state }) => !(trusted && this.#serve(batch, one, state?.found, since)),
    );
    const landed = leases.filter((each) => each.state?.granted && !left.includes(each));
    await shared.release(space, keysOf(landed), leased.lease);
    const granted = left.filter(({ state }) => state?.granted).map(({ one }) => one);
    const held = left.filter(({ state }) => !state?.granted).map(({ one }) => one);
    const waiting = held.map(async ({ key, flight, resolve, reject }) =>
      this.#filler.load(flight, single(space, policy, key, factory)).then(resolve, reject),
    );
    if (granted.length > 0) await this.#make(batch, granted, leased.lease);
    await Promise.all(waiting);
  }

  /** Resolves what the shared tier has, and returns the rest. */
  async #read(batch: Batch, own: readonly Own[]): Promise<readonly Own[]> {
    const { space, policy } = batch;
    if (!this.#parts.sharedTrusted()) return own;
    const since = this.#parts.trust.sharedSince();
    const keys = own.map(({ key }) => key);
    const found = await this.#parts.shared?.read(space, keys, policy.tags);
    if (!found) return own;
    return own.filter((one, index) => !this.#serve(batch, one, found[index], since));
  }

  /** Whether what the shared tier had did. */
  #serve({ space, policy, factory }: Batch, own: Own, found: Found | undefined, since: number): boolean {
    if (!found || !isFresh(found)) return false;
    const { key, flight, resolve } = own;
    this.#parts.counters.l2Hits++;
    resolve(this.#filler.keep(flight, single(space, policy, key, factory), found, since));
    return true;
  }

  async #make(batch: Batch, own: readonly Own[], lease: Lease | undefined): Promise<void> {
    const { space, policy, factory } = batch;
    const { shared, counters } = this.#parts;
    const keys = own.map(({ key }) => key);
    const since = performance.now();
    if (lease) this.#filler.renewals?.hold(lease, space, keys);
    try {
      const made = await callFactory((context) => factory([...keys], context), policy.hardMs);
      const fillMs = performance.now() - since;
      counters.factoryCalls++;
      counters.factoryMs += fillMs;
      if (!shared || !policy.l2) counters.misses += keys.length;
      const values = keys.map((key) => valueIn(made, key));
      await this.#land(batch, own, values, { lease, since, fillMs });
      own.forEach(({ resolve }, index) => {
        resolve(values[index]);
      });
    } catch (error) {
      counters.failedFills++;
      if (lease) await shared?.release(space, keys, lease, error);
      throw error;
    } finally {
      if (lease) this.#filler.renewals?.drop(lease);
    }
  }

  async #land(
    { space, policy }: Batch,
    own: readonly Own[],
    values: readonly unknown[],
    { lease, since, fillMs }: { lease: Lease | undefined; since: number; fillMs: number },
  ): Promise<void> {
    const { shared, counters, flights, memory } = this.#parts;
    const made = own.flatMap(({ key, flight }, index) =>
      values[index] === undefined ? [] : [{ key, flight, value: timed(values[index], policy, fillMs) }],
    );
    if (lease) {
      const without = own.filter((_, index) => values[index] === undefined).map(({ key }) => key);
      await shared?.release(space, without, lease);
    }
    const stored = lease && made.length > 0 ? await shared?.fill(space, made, lease, policy) : undefined;
    made.forEach(({ key, flight, value }, index) => {
      if (stored?.[index] === false || flights.hit(flight)) {
        flight.refused = true;
        counters.refusedFills++;
        return;
      }
      counters.fills++;
      if (policy.l1) memory.put(space, key, entryFacts(value, policy, policy.tags, since));
    });
  }
}

function keysOf(leases: readonly { readonly one: Own }[]): string[] {
  return leases.map(({ one }) => one.key);
}

/** One key of a batch, as a fill of its own. */
function single(space: Space, policy: Policy, key: string, factory: ManyFactory<unknown>): Wanted {
  return {
    space,
    key,
    policy,
    factory: async (context) => valueIn(await factory([key], context), key),
    old: undefined,
    last: space.entries.get(key),
    newerThan: 0,
  };
}

function valueIn(values: ManyValues<unknown>, key: string): unknown {
  if (values instanceof Map) return values.get(key);
  return Object.hasOwn(values, key) ? (values as Record<string, unknown>)[key] : undefined;
}

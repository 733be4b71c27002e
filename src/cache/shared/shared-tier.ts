import { randomUUID } from 'node:crypto';
import { timedOf, usefulMs } from '../facts.js';
import { decodeFailure, encodeFailure } from '../flight/failure.js';
import type { Timed } from '../memory/entry.js';
import type { Space } from '../memory/space.js';
import { keyName, tagMark } from '../names.js';
import type { Policy } from '../options.js';
import type { Counters } from '../stats.js';
import type { EnvelopeCodec } from '../store/envelope.js';
import type { CacheStore, LeaseState } from '../store/store.js';
import { areTokens, type Current, isCurrent, tagsIn, tokensFor } from './tokens.js';

/** A value of the shared tier that counts. */
export interface Found extends Timed {
  readonly tags: readonly string[];
}

/** The right to fill keys of a space, and the tokens that what is filled must carry. */
export interface Lease {
  readonly token: string;
  readonly tokens: readonly string[];
}

export interface Leased {
  readonly lease: Lease;
  /** For each key: ours to fill, being filled by `holder`, or failed with `failure`; and what is there. */
  readonly keys: readonly LeasedKey[];
}

export interface LeasedKey {
  readonly granted: boolean;
  readonly holder: string | undefined;
  readonly found: Found | undefined;
  readonly failure: Error | undefined;
}

/** Who fills a key meanwhile may take the lease before a write does. */
const WRITE_ATTEMPTS = 5;
/** A holder that has not renewed for so long is dead. */
const LEASE_MS = 3000;
const LEASE_ATTEMPTS = 3;
/** What fails later than this was not refused, but not answered. */
const LATE_MS = 5;

/**
 * L2 as the engine sees it: values in, values out. Everything resolves to `undefined` when the store does not answer, and
 * the engine goes on without it.
 */
export class SharedTier {
  readonly #store: CacheStore;
  readonly #codec: EnvelopeCodec;
  readonly #counters: Counters;
  readonly #origin: string;

  constructor(store: CacheStore, codec: EnvelopeCodec, counters: Counters, origin: string) {
    this.#store = store;
    this.#codec = codec;
    this.#counters = counters;
    this.#origin = origin;
  }

  /** One key, with no more on the way than that needs. Undefined also when the store does not answer. */
  readOne(space: Space, key: string, tags: readonly string[]): Promise<Found | undefined> {
    if (tags.length > 0) return this.read(space, [key], tags).then((found) => found?.[0]);
    return this.#store
      .read([keyName(space.path, key)], space.marks)
      .then(({ values, marks }) => this.#foundOne(space, values[0], marks), nothing);
  }

  #foundOne(
    space: Space,
    bytes: Uint8Array | undefined,
    tokens: readonly (string | undefined)[],
  ): Found | undefined | Promise<Found | undefined> {
    const envelope = this.#decode(bytes);
    if (!envelope) return undefined;
    if (envelope.marks.length > space.marks.length) {
      return this.#found(space, [bytes], space.marks, tokens).then((found) => found?.[0]);
    }
    return areTokens(envelope.marks, tokens) ? { ...timedOf(envelope), tags: NO_TAGS } : undefined;
  }

  /** For each key what counts there. Tags that the caller does not name cost a second round trip. */
  async read(
    space: Space,
    keys: readonly string[],
    tags: readonly string[],
  ): Promise<(Found | undefined)[] | undefined> {
    const marks = marksOf(space, tags);
    const reply = await this.#try(() =>
      this.#store.read(
        keys.map((key) => keyName(space.path, key)),
        marks,
      ),
    );
    return reply && this.#found(space, reply.values, marks, reply.marks);
  }

  /** Asks for the right to fill keys; makes the marks. @param seen holders that were waited for */
  async lease(
    space: Space,
    keys: readonly string[],
    tags: readonly string[],
    seen?: string,
  ): Promise<Leased | undefined> {
    for (let attempt = 1; ; attempt++) {
      const asked = performance.now();
      const leased = await this.#lease(space, keys, tags, seen);
      // A busy moment of the store is no reason to fill what others fill; one that refuses will do so again.
      const isLate = performance.now() - asked > LATE_MS;
      if (leased || !isLate || attempt === LEASE_ATTEMPTS) return leased;
    }
  }

  async #lease(
    space: Space,
    keys: readonly string[],
    tags: readonly string[],
    seen: string | undefined,
  ): Promise<Leased | undefined> {
    const marks = marksOf(space, tags);
    const token = randomUUID();
    const reply = await this.#try(() =>
      this.#store.lease({
        keys: keys.map((key) => ({ key: keyName(space.path, key), ...(seen !== undefined && { seen }) })),
        marks,
        token,
        ttlMs: LEASE_MS,
      }),
    );
    if (!reply) {
      // It may have been granted all the same, and nobody would fill.
      void this.release(space, keys, { token, tokens: [] });
      return undefined;
    }
    const values = reply.keys.map(({ value }) => value);
    const found = await this.#found(space, values, marks, reply.marks);
    return {
      lease: { token, tokens: tokensFor(space, tags, reply.marks) },
      keys: reply.keys.map((state, index) => leasedKey(state, token, found?.[index])),
    };
  }

  async renew(space: Space, keys: readonly string[], { token }: Lease): Promise<void> {
    await this.#try(() => this.#store.renew(names(space, keys), token, LEASE_MS));
  }

  /** Which were stored. @throws AQF_CACHE_VALUE_INVALID */
  async fill(
    space: Space,
    fills: readonly { key: string; value: Timed }[],
    lease: Lease,
    policy: Policy,
  ): Promise<boolean[] | undefined> {
    const encoded = fills.map(({ key, value }) => this.#encode(space, key, value, lease.tokens, policy));
    const fitting = encoded.filter((entry) => entry !== undefined);
    if (fitting.length < encoded.length) {
      const keys = fills.filter((_, index) => !encoded[index]).map(({ key }) => key);
      await this.release(space, keys, lease);
    }
    const stored = fitting.length > 0 ? await this.#try(() => this.#store.fill(fitting, lease.token)) : [];
    // What is too large for the store was not refused: this process may keep it.
    let next = 0;
    return stored && encoded.map((entry) => (entry === undefined ? true : (stored[next++] ?? false)));
  }

  async release(space: Space, keys: readonly string[], { token }: Lease, error?: unknown): Promise<void> {
    if (keys.length === 0) return;
    const failure = error === undefined ? undefined : encodeFailure(error);
    await this.#try(() => this.#store.release(names(space, keys), token, failure));
  }

  /**
   * Stores values whatever is there, under a lease: one that arrives late brings nothing back that was removed since.
   * False when some are too large and what was there is gone; undefined when the store did not answer.
   * @throws AQF_CACHE_VALUE_INVALID
   */
  async write(
    space: Space,
    values: readonly { key: string; value: Timed }[],
    policy: Policy,
  ): Promise<boolean | undefined> {
    const fits = values.every(({ key, value }) => this.#encode(space, key, value, [], policy) !== undefined);
    let waiting = values;
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt++) {
      const keys = waiting.map(({ key }) => key);
      const removed = await this.#remove(space, keys);
      const leased = removed && (await this.lease(space, keys, policy.tags));
      if (!leased) return undefined;
      const granted = waiting.filter((_, index) => leased.keys[index]?.granted);
      const stored = granted.length === 0 || (await this.fill(space, granted, leased.lease, policy));
      if (!stored) return undefined;
      waiting = waiting.filter((_, index) => !leased.keys[index]?.granted);
      if (waiting.length === 0) return fits;
    }
    return undefined;
  }

  /** Voids the leases of those who fill the keys, and tells who has copies. */
  #remove(space: Space, keys: readonly string[]): Promise<true | undefined> {
    return this.#try(async () => {
      await this.#store.invalidate({ keys: names(space, keys), marks: [] }, this.#origin);
      return true as const;
    });
  }

  #encode(space: Space, key: string, value: Timed, marks: readonly string[], policy: Policy) {
    const ttlMs = Math.ceil(usefulMs(value, policy));
    const bytes = this.#codec.encode({ ...value, staleMs: ttlMs, marks });
    if (bytes.byteLength > policy.maxValueBytes || ttlMs < 1) return undefined;
    return { key: keyName(space.path, key), value: bytes, ttlMs };
  }

  async #found(
    space: Space,
    values: readonly (Uint8Array | undefined)[],
    marks: readonly string[],
    tokens: readonly (string | undefined)[],
  ): Promise<(Found | undefined)[] | undefined> {
    const envelopes = values.map((bytes) => this.#decode(bytes));
    const known: Current = new Map(marks.map((mark, index) => [mark, tokens[index]]));
    const unknown = new Set<string>();
    for (const envelope of envelopes) {
      if (!envelope || envelope.marks.length === space.marks.length) continue;
      for (const tag of tagsIn(space, envelope.marks)) {
        const mark = tagMark(space.rootPath, tag);
        if (!known.has(mark)) unknown.add(mark);
      }
    }
    if (unknown.size > 0) {
      const missing = [...unknown];
      const more = await this.#try(() => this.#store.read([], missing));
      if (!more) return undefined;
      missing.forEach((mark, index) => {
        known.set(mark, more.marks[index]);
      });
    }
    return envelopes.map((envelope) => {
      if (!envelope || !isCurrent(space, envelope.marks, known)) return undefined;
      return { ...timedOf(envelope), tags: tagsIn(space, envelope.marks) };
    });
  }

  #decode(bytes: Uint8Array | undefined) {
    if (!bytes) return undefined;
    const envelope = this.#codec.decode(bytes);
    if (!envelope) this.#counters.undecodable++;
    return envelope;
  }

  async #try<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch {
      // The guard has counted it; the engine goes on without the store.
      return undefined;
    }
  }
}

const NO_TAGS: readonly string[] = [];

function nothing(): undefined {}

function marksOf(space: Space, tags: readonly string[]): readonly string[] {
  return tags.length === 0
    ? space.marks
    : [...space.marks, ...tags.map((tag) => tagMark(space.rootPath, tag))];
}

function names(space: Space, keys: readonly string[]): string[] {
  return keys.map((key) => keyName(space.path, key));
}

function leasedKey(state: LeaseState, token: string, found: Found | undefined): LeasedKey {
  const failure = state.failure && decodeFailure(state.failure);
  return { granted: state.holder === token, holder: state.holder, found, failure };
}

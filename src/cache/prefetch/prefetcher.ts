import { Budget } from './budget.js';
import { Fetched } from './fetched.js';
import type { PrefetchFigures } from './figures.js';
import { type PrefetcherOptions, type PrefetchSettings, settingsOf } from './options.js';
import { Probation } from './probation.js';
import { Sessions } from './sessions.js';
import { Transitions } from './transitions.js';

/**
 * Learns which key follows which, and fetches into the cache what will probably be asked for next: in the background,
 * within a budget, and only as long as enough of it is used. It holds no timer.
 */
export class Prefetcher<T> {
  readonly #options: PrefetcherOptions<T>;
  readonly #settings: PrefetchSettings;
  readonly #transitions: Transitions;
  readonly #sessions: Sessions;
  readonly #budget: Budget;
  readonly #probation: Probation;
  readonly #fetched: Fetched;
  readonly #underWay = new Set<Promise<void>>();
  readonly #counts = {
    observed: 0,
    predicted: 0,
    present: 0,
    withheld: 0,
    issued: 0,
    used: 0,
    wasted: 0,
    failed: 0,
  };
  #stopped = false;

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(options: PrefetcherOptions<T>) {
    const settings = settingsOf(options);
    this.#options = options;
    this.#settings = settings;
    this.#transitions = new Transitions(settings);
    this.#sessions = new Sessions(settings.maxSessions, settings.windowMs);
    this.#budget = options.budget ?? new Budget(settings);
    this.#probation = new Probation(settings);
    this.#fetched = new Fetched(settings.horizonMs);
  }

  /**
   * Tells of an access, before or after it, whether the cache had the key or not.
   * @param session whose accesses follow upon each other: a user, a session, a conversation
   */
  observe(session: string, key: string): void {
    if (this.#stopped) return;
    const now = this.#settings.now();
    this.#counts.observed++;
    this.#judge(key, now);
    const before = this.#sessions.step(session, key, now);
    if (before !== undefined) this.#transitions.learn(before, key);
    for (const prediction of this.#transitions.predict(key, this.#settings)) {
      this.#counts.predicted++;
      this.#consider(prediction.key, now);
    }
  }

  figures(): PrefetchFigures {
    const { state, hitRate } = this.#probation;
    const entries = {
      keys: this.#transitions.keys,
      sessions: this.#sessions.size,
      fetched: this.#fetched.size,
    };
    return { ...this.#counts, hitRate, active: state !== 'resting' && !this.#stopped, state, entries };
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Fetches no more and forgets what it learned; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#transitions.clear();
    this.#sessions.clear();
    await this.settled();
  }

  #judge(key: string, now: number): void {
    for (const epoch of this.#fetched.expire(now)) this.#judged('wasted', epoch);
    this.#judged('used', this.#fetched.remove(key));
  }

  #judged(outcome: 'used' | 'wasted', epoch: number | undefined): void {
    if (epoch === undefined) return;
    this.#counts[outcome]++;
    this.#probation.judged(outcome, epoch);
  }

  #consider(key: string, now: number): void {
    if (this.#fetched.has(key) || this.#options.cache.peek(key) !== undefined) {
      this.#counts.present++;
      return;
    }
    if (!this.#probation.allows || !this.#budget.take()) {
      this.#counts.withheld++;
      return;
    }
    this.#counts.issued++;
    this.#fetched.add(key, this.#probation.issued(), now);
    const underWay = this.#fetch(key).finally(() => {
      this.#budget.done();
      this.#underWay.delete(underWay);
    });
    this.#underWay.add(underWay);
  }

  async #fetch(key: string): Promise<void> {
    const { cache, ttl, load } = this.#options;
    try {
      const value = await cache.memo<T>(key, ttl ?? {}, (context) => load(key, context) as T | Promise<T>);
      if (value === undefined) this.#judged('wasted', this.#fetched.remove(key));
    } catch (error) {
      this.#counts.failed++;
      const epoch = this.#fetched.remove(key);
      if (epoch !== undefined) this.#probation.withdrawn(epoch);
      this.#report(error, key);
    }
  }

  /** Who is told may fail too. */
  #report(error: unknown, key: string): void {
    try {
      this.#options.onError?.(error, key);
    } catch {
      // It was told; there is nobody else to tell.
    }
  }
}

/** @throws AQF_ARGUMENT_INVALID */
export function createPrefetcher<T>(options: PrefetcherOptions<T>): Prefetcher<T> {
  return new Prefetcher<T>(options);
}

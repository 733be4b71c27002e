import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';
import type { Cache } from '../cache.js';
import { type Duration, toMs } from '../duration.js';
import type { FactoryContext } from '../flight/factory.js';
import type { CacheOptions } from '../options.js';
import type { Budget } from './budget.js';

/** How one tenant's accesses are learned from. */
export interface PredictionOptions {
  /** How long after one key another still counts as following it. @default '30s' */
  readonly window?: Duration;
  /** The least probability, 0 to 1, at which a key is fetched ahead. @default 0.5 */
  readonly probability?: number;
  /** How often a transition must have been seen. @default 3 */
  readonly support?: number;
  /** Keys whose successors are remembered; about half a kilobyte each with eight successors. @default 5000 */
  readonly maxKeys?: number;
  /** Successors counted of each key, 1 to 64. @default 8 */
  readonly successors?: number;
  /** Sessions whose last key is remembered. @default 5000 */
  readonly maxSessions?: number;
  /** What was fetched ahead and is not asked for within this is wasted. At most its ttl. @default window */
  readonly horizon?: Duration;
  /** The share of fetches, 0 to 1, that must be of use; below it fetching ahead is off for a while. @default 0.3 */
  readonly floor?: number;
  /** The latest fetches by which that is judged. @default 50 */
  readonly sample?: number;
  /** Fetches risked at the beginning, and after each rest. @default 10 */
  readonly probe?: number;
  /** How long it is off at first; twice as long after each probe that fails, up to `maxRest`. @default '1m' */
  readonly rest?: Duration;
  /** @default '30m' */
  readonly maxRest?: Duration;
  /** Milliseconds of a clock that goes on steadily. @default performance.now */
  readonly now?: () => number;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/** What fetching ahead may cost. */
export interface PrefetchBudgetOptions {
  /** Fetches a second. @default 20 */
  readonly perSecond?: number;
  /** Fetches under way at a time. @default 4 */
  readonly maxInFlight?: number;
}

export interface PrefetcherOptions<T> extends PredictionOptions, PrefetchBudgetOptions {
  /** Of one tenant: what is learned of it is used for it alone. */
  readonly cache: Pick<Cache<T>, 'memo' | 'peek'>;
  /** Makes the value of a key; undefined where there is none. */
  load(key: string, context: FactoryContext): T | undefined | Promise<T | undefined>;
  /** How fetched values are kept. @default what the cache does */
  readonly ttl?: Duration | CacheOptions;
  /** In place of `perSecond` and `maxInFlight`, one that several share. */
  readonly budget?: Budget;
  /** Told of each load that failed. */
  onError?(error: unknown, key: string): void;
}

const share = z.number().min(0).max(1);
const count = z.int().min(1).max(10_000_000);

const schema = z.object({
  probability: share.default(0.5),
  support: count.default(3),
  maxKeys: count.default(5000),
  successors: z.int().min(1).max(64).default(8),
  maxSessions: count.default(5000),
  maxTenants: count.default(50),
  floor: share.default(0.3),
  sample: count.default(50),
  probe: count.default(10),
  perSecond: z.number().positive().max(100_000).default(20),
  maxInFlight: z.int().min(1).max(10_000).default(4),
});

export type PrefetchSettings = z.infer<typeof schema> & {
  readonly windowMs: number;
  readonly horizonMs: number;
  readonly restMs: number;
  readonly maxRestMs: number;
  readonly now: () => number;
  readonly random: () => number;
};

/** @throws AQF_ARGUMENT_INVALID */
export function settingsOf(options: PredictionOptions & PrefetchBudgetOptions): PrefetchSettings {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `Nothing can be fetched ahead like this: ${z.prettifyError(parsed.error)}`,
    );
  }
  const windowMs = toMs(options.window ?? 30_000, 'window');
  return {
    ...parsed.data,
    windowMs,
    horizonMs: toMs(options.horizon ?? windowMs, 'horizon'),
    restMs: toMs(options.rest ?? 60_000, 'rest'),
    maxRestMs: toMs(options.maxRest ?? 1_800_000, 'maxRest'),
    now: options.now ?? (() => performance.now()),
    random: options.random ?? Math.random,
  };
}

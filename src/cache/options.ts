import { AquiferError } from '../errors/index.js';
import { type Duration, toMs } from './duration.js';

/** How values are kept. Given to a cache, a namespace or a call: what is nearer wins, one option at a time. */
export interface CacheOptions {
  /**
   * How long a value is fresh.
   * @default '5m'
   */
  readonly ttl?: Duration;
  /**
   * How long a `null` is fresh: the answer that there is nothing.
   * @default '30s', or `ttl` where that is less
   */
  readonly nullTtl?: Duration;
  /**
   * Shortens each ttl by a random part of up to this, 0 to 1, so that what was filled together does not end together.
   * @default 0.1
   */
  readonly jitter?: number;
  /**
   * How long the copy in this process is used without asking the shared tier again.
   * @default ttl: invalidations reach the copies
   */
  readonly l1Ttl?: Duration;
  /**
   * Stale-while-revalidate: for so long after its ttl a value is served at once while it is being refreshed.
   * @default 0
   */
  readonly swr?: Duration;
  /**
   * Stale-if-error: for so long after its ttl a value is served when refreshing fails or is slow (`softTimeout`).
   * @default 0
   */
  readonly grace?: Duration;
  /**
   * Refreshes a value before its ttl ends with a probability that grows towards the end and with the time that its
   * factory takes: the β of XFetch (Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede
   * Prevention", VLDB 2015). 1 is their optimum; 0 is off.
   * @default 0
   */
  readonly refreshAhead?: number;
  /**
   * After this a caller gets the stale value, where `swr` or `grace` allows one; filling goes on.
   * @default '500ms'
   */
  readonly softTimeout?: Duration;
  /**
   * After this a caller gets AQF_CACHE_TIMEOUT, and what comes later is not stored.
   * @default '30s'
   */
  readonly hardTimeout?: Duration;
  /**
   * `invalidateTags` of one of them removes the value. At most 64, of at most 256 characters.
   * @default none; those of a call add to those of its cache
   */
  readonly tags?: readonly string[];
  /**
   * Encoded bytes above which a value is not kept in the shared tier.
   * @default 4 MiB
   */
  readonly maxValueBytes?: number;
  /**
   * Whether values are kept in this process.
   * @default true
   */
  readonly l1?: boolean;
  /**
   * Whether values are kept in the shared tier, where there is one.
   * @default true
   */
  readonly l2?: boolean;
}

/** Options with every default filled in, in milliseconds. */
export interface Policy {
  readonly ttlMs: number;
  readonly nullTtlMs: number;
  readonly jitter: number;
  readonly l1TtlMs: number;
  readonly swrMs: number;
  readonly graceMs: number;
  readonly refreshAhead: number;
  readonly softMs: number;
  readonly hardMs: number;
  readonly tags: readonly string[];
  readonly maxValueBytes: number;
  readonly l1: boolean;
  readonly l2: boolean;
}

export const DEFAULT_POLICY: Policy = {
  ttlMs: 300_000,
  nullTtlMs: 30_000,
  jitter: 0.1,
  l1TtlMs: Number.POSITIVE_INFINITY,
  swrMs: 0,
  graceMs: 0,
  refreshAhead: 0,
  softMs: 500,
  hardMs: 30_000,
  tags: [],
  maxValueBytes: 4 * 1024 * 1024,
  l1: true,
  l2: true,
};

const NAMES: ReadonlySet<string> = new Set<keyof CacheOptions>([
  'ttl',
  'nullTtl',
  'jitter',
  'l1Ttl',
  'swr',
  'grace',
  'refreshAhead',
  'softTimeout',
  'hardTimeout',
  'tags',
  'maxValueBytes',
  'l1',
  'l2',
]);

/** What is in force when `options` are given over `base`. @throws AQF_ARGUMENT_INVALID */
export function policyOver(base: Policy, options: Duration | CacheOptions | undefined): Policy {
  if (options === undefined) return base;
  if (typeof options !== 'object' || options === null) return { ...base, ttlMs: toMs(options, 'ttl') };
  checkNames(options);
  return {
    ttlMs: span(options.ttl, base.ttlMs, 'ttl'),
    nullTtlMs: span(options.nullTtl, base.nullTtlMs, 'nullTtl'),
    jitter: within(options.jitter, base.jitter, 'jitter', 1),
    l1TtlMs: span(options.l1Ttl, base.l1TtlMs, 'l1Ttl'),
    swrMs: span(options.swr, base.swrMs, 'swr'),
    graceMs: span(options.grace, base.graceMs, 'grace'),
    refreshAhead: within(options.refreshAhead, base.refreshAhead, 'refreshAhead', 100),
    softMs: span(options.softTimeout, base.softMs, 'softTimeout'),
    hardMs: span(options.hardTimeout, base.hardMs, 'hardTimeout'),
    tags: options.tags ? [...new Set([...base.tags, ...checkTags(options.tags)])] : base.tags,
    maxValueBytes: within(options.maxValueBytes, base.maxValueBytes, 'maxValueBytes', 512 * 1024 * 1024),
    l1: yesOrNo(options.l1, base.l1, 'l1'),
    l2: yesOrNo(options.l2, base.l2, 'l2'),
  };
}

function checkNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw invalid(`The cache has no option "${name}".`);
  }
}

function span(given: Duration | undefined, base: number, what: string): number {
  return given === undefined ? base : toMs(given, what);
}

function within(given: number | undefined, base: number, what: string, most: number): number {
  if (given === undefined) return base;
  if (typeof given === 'number' && given >= 0 && given <= most) return given;
  throw invalid(`${what} must be a number from 0 to ${most}.`);
}

/** `'false'` would be true. */
function yesOrNo(given: boolean | undefined, base: boolean, what: string): boolean {
  if (given === undefined) return base;
  if (typeof given === 'boolean') return given;
  throw invalid(`${what} must be true or false.`);
}

const MOST_TAGS = 64;
const LONGEST_TAG = 256;

/** @throws AQF_ARGUMENT_INVALID */
export function checkTags(tags: readonly string[]): readonly string[] {
  if (!Array.isArray(tags) || tags.length > MOST_TAGS) throw invalid(`Tags are at most ${MOST_TAGS} texts.`);
  for (const tag of tags) checkText(tag, 'A tag', LONGEST_TAG);
  return tags;
}

const LONGEST_KEY = 1024;

/** @throws AQF_ARGUMENT_INVALID */
export function checkKey(key: string): string {
  return checkText(key, 'A key', LONGEST_KEY);
}

export function isKey(key: unknown): key is string {
  return isText(key, LONGEST_KEY);
}

const MOST_KEYS = 10_000;

/** @throws AQF_ARGUMENT_INVALID */
export function checkKeys(keys: readonly string[]): readonly string[] {
  if (!Array.isArray(keys) || keys.length > MOST_KEYS)
    throw invalid(`Keys are an array of at most ${MOST_KEYS}.`);
  for (const key of keys) checkKey(key);
  return keys;
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkNamespace(name: string): string {
  return checkText(name, 'A namespace', 128);
}

function checkText(text: string, what: string, longest: number): string {
  if (isText(text, longest)) return text;
  throw invalid(`${what} must be text of 1 to ${longest} characters.`);
}

/** Text that is no Unicode would become the same bytes as other such text. */
function isText(text: unknown, longest: number): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= longest && text.isWellFormed();
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

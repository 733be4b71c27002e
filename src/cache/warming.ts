import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { Cache } from './cache.js';
import type { Duration } from './duration.js';
import type { ManyFactory } from './flight/many.js';
import type { CacheOptions } from './options.js';

type Keys = Iterable<string> | AsyncIterable<string>;

export interface WarmOptions<T> {
  /** What is to be warm: keys, or what gives them, from a query for example. They are asked for as they are used up. */
  readonly keys: Keys | (() => Keys | Promise<Keys>);
  /** Makes the values that are missing, as in `memoMany`. */
  readonly load: ManyFactory<T>;
  /** How the values are kept. @default what the cache does */
  readonly ttl?: Duration | CacheOptions;
  /** Keys in one call of `load`, 1 to 10,000. @default 100 */
  readonly batch?: number;
  /** Calls of `load` at a time, 1 to 64. @default 2 */
  readonly concurrency?: number;
  /** Ends warming after the batches under way. */
  readonly signal?: AbortSignal;
  /** Told after each batch. */
  onProgress?(progress: WarmProgress): void;
  /** Told of each failure, with the keys it concerns: none where the keys could not be had. */
  onError?(error: unknown, keys: readonly string[]): void;
}

export interface WarmProgress {
  /** Keys dealt with: the sum of those below. */
  readonly keys: number;
  /** Keys whose values were loaded. */
  readonly loaded: number;
  /** Keys that were warm already. */
  readonly present: number;
  /** Keys for which there is no value. */
  readonly absent: number;
  /** Keys that could not be loaded. */
  readonly failed: number;
}

export interface WarmReport extends WarmProgress {
  /** The first failures, at most ten. */
  readonly errors: readonly unknown[];
  /** False when it was ended, or the keys could not all be had. */
  readonly complete: boolean;
  readonly tookMs: number;
}

const MOST_ERRORS = 10;

const limitsSchema = z.object({
  batch: z.int().min(1).max(10_000).default(100),
  concurrency: z.int().min(1).max(64).default(2),
});

type Limits = z.infer<typeof limitsSchema>;

/**
 * Fills a cache with what will be asked for. What is fresh already is not loaded again. A failure concerns its batch
 * alone: it is counted and told, and warming goes on.
 * @throws AQF_ARGUMENT_INVALID
 */
export async function warm<V, T extends V>(cache: Cache<V>, options: WarmOptions<T>): Promise<WarmReport> {
  return new Warming(cache, options, checkLimits(options)).run();
}

class Warming<V, T extends V> {
  readonly #cache: Cache<V>;
  readonly #options: WarmOptions<T>;
  readonly #limits: Limits;
  readonly #counts = { keys: 0, loaded: 0, present: 0, absent: 0, failed: 0 };
  readonly #errors: unknown[] = [];
  #complete = true;

  constructor(cache: Cache<V>, options: WarmOptions<T>, limits: Limits) {
    this.#cache = cache;
    this.#options = options;
    this.#limits = limits;
  }

  async run(): Promise<WarmReport> {
    const since = performance.now();
    const batches = this.#batches();
    await Promise.all(Array.from({ length: this.#limits.concurrency }, () => this.#work(batches)));
    const tookMs = performance.now() - since;
    return { ...this.#counts, errors: this.#errors, complete: this.#complete, tookMs };
  }

  /** An async generator serves those who share it one after the other. */
  async #work(batches: AsyncGenerator<string[]>): Promise<void> {
    for await (const keys of batches) {
      await this.#warm(keys);
      tell(() => this.#options.onProgress?.({ ...this.#counts }));
    }
  }

  async *#batches(): AsyncGenerator<string[]> {
    let batch: string[] = [];
    try {
      const { keys } = this.#options;
      for await (const key of typeof keys === 'function' ? await keys() : keys) {
        if (this.#ended()) return;
        batch.push(key);
        if (batch.length < this.#limits.batch) continue;
        yield batch;
        batch = [];
      }
    } catch (error) {
      this.#complete = false;
      this.#failed(error, []);
    }
    if (batch.length > 0 && !this.#ended()) yield batch;
  }

  #ended(): boolean {
    if (!this.#options.signal?.aborted) return false;
    this.#complete = false;
    return true;
  }

  async #warm(given: readonly string[]): Promise<void> {
    const keys = [...new Set(given)];
    const asked = new Set<string>();
    const load = (missing: string[], context: Parameters<ManyFactory<T>>[1]) => {
      for (const key of missing) asked.add(key);
      return this.#options.load(missing, context);
    };
    this.#counts.keys += keys.length;
    try {
      const found = await this.#cache.memoMany<T>(keys, this.#options.ttl ?? {}, load);
      const loaded = keys.filter((key) => found.has(key) && asked.has(key)).length;
      this.#counts.loaded += loaded;
      this.#counts.present += found.size - loaded;
      this.#counts.absent += keys.length - found.size;
    } catch (error) {
      this.#counts.failed += keys.length;
      this.#failed(error, keys);
    }
  }

  #failed(error: unknown, keys: readonly string[]): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(error);
    tell(() => this.#options.onError?.(error, keys));
  }
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkLimits<T>({ batch, concurrency }: WarmOptions<T>): Limits {
  const parsed = limitsSchema.safeParse({ batch, concurrency });
  if (parsed.success) return parsed.data;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `A cache cannot be warmed like this: ${z.prettifyError(parsed.error)}`,
  );
}

/** Calls a listener, which may fail as anything may; warming goes on. */
export function tell(listener: () => void): void {
  try {
    listener();
  } catch {
    // It was told; there is nobody else to tell.
  }
}

import type { Cache, CacheOptions, Duration, FactoryContext } from '../../cache/index.js';
import { isAquiferError } from '../../errors/index.js';
import { HitCounts } from './hit-counts.js';
import { type ModelRequest, requestKey } from './request.js';
import { SemanticMatch, type SemanticOptions, type Understood } from './semantic-match.js';
import { type TokenUsage, usageOf } from './usage.js';

export interface ResponseCacheOptions extends CacheOptions {
  /** @default '1h' */
  readonly ttl?: Duration;
  /** @default '5m' */
  readonly hardTimeout?: Duration;
  /** Whether a response is worth keeping: not one that was cut short, for example. @default all are */
  readonly keep?: (response: unknown) => boolean;
  /** Tokens of a response. @default what it says in `usage` or `usageMetadata` */
  readonly usage?: (response: unknown) => TokenUsage | undefined;
  /** Also answer questions that mean the same. @default off: only equal requests are */
  readonly semantic?: SemanticOptions;
}

export interface ResponseFigures {
  readonly requests: number;
  /** Answered with the response to an equal request, or by one that was under way. */
  readonly hits: number;
  /** Answered with the response to a question that means the same. */
  readonly semanticHits: number;
  /** Requests that went to the model. */
  readonly misses: number;
  /** Questions that the embedder failed on. */
  readonly semanticFailures: number;
  /** Tokens of the responses that were not asked for again, by this object. */
  readonly saved: TokenUsage;
}

interface Kept<R> {
  readonly response: R;
  readonly usage: TokenUsage | null;
}

/** Remembers what language models answered. Responses are shared objects: do not change them. */
export class ResponseCache {
  readonly #cache: Cache;
  readonly #policy: CacheOptions;
  readonly #keep: (response: unknown) => boolean;
  readonly #usage: (response: unknown) => TokenUsage | undefined;
  readonly #semantic: SemanticMatch | undefined;
  readonly #counts: HitCounts;
  readonly #figures = { requests: 0, hits: 0, semanticHits: 0, misses: 0, inputTokens: 0, outputTokens: 0 };

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(cache: Cache, { keep, usage, semantic, ...policy }: ResponseCacheOptions) {
    this.#policy = { ttl: '1h', hardTimeout: '5m', ...policy };
    this.#cache = cache.namespace('responses', this.#policy);
    this.#keep = keep ?? (() => true);
    this.#usage = usage ?? usageOf;
    this.#semantic = semantic && new SemanticMatch(semantic);
    this.#counts = new HitCounts(this.#cache);
  }

  /**
   * The response to this request: the one that is kept, or what `call` returns, which is kept then. Errors are not kept,
   * nor are streams, which can be read only once; requests with `stream: true` go to the model.
   * @throws what `call` throws; AQF_ARGUMENT_INVALID for a request that no key can be made of
   */
  async respond<R>(request: ModelRequest, call: (context: FactoryContext) => Promise<R>): Promise<R> {
    this.#figures.requests += 1;
    if (request.stream === true) return this.#ask(call, { signal: new AbortController().signal });
    const key = requestKey(request);
    if (!this.#semantic) return this.#exact(key, call);
    const kept = await this.#cache.get<Kept<R>>(key);
    if (kept) return this.#hit(key, kept);
    const understood = await this.#semantic.understand(request);
    if (!understood) return this.#exact(key, call);
    return (await this.#alike<R>(understood)) ?? this.#exact(key, call, understood);
  }

  /** About how often the response to this request was served from here, by all processes in the last days. */
  hits(request: ModelRequest): Promise<number> {
    return this.#counts.of(requestKey(request));
  }

  /** Forgets the response to a request. */
  async forget(request: ModelRequest): Promise<void> {
    await this.#cache.delete(requestKey(request));
  }

  /** Of this object, not of others on the same cache. */
  figures(): ResponseFigures {
    const { inputTokens, outputTokens, ...counted } = this.#figures;
    const semanticFailures = this.#semantic?.failures ?? 0;
    return { ...counted, semanticFailures, saved: { inputTokens, outputTokens } };
  }

  /** Adds the hits that were counted here to those of all; at the end of a process, for they wait for some seconds. */
  flush(): Promise<void> {
    return this.#counts.flush();
  }

  async #exact<R>(
    key: string,
    call: (context: FactoryContext) => Promise<R>,
    understood?: Understood,
  ): Promise<R> {
    let own: { readonly response: R } | undefined;
    const filling = this.#cache.memo<Kept<R> | undefined>(key, this.#policy, async (context) => {
      const response = await this.#ask(call, context);
      own = { response };
      return this.#isKept(response) ? { response, usage: this.#usage(response) ?? null } : undefined;
    });
    const kept = await filling.catch((error: unknown) => {
      // It was paid for, and cannot be kept, such as an instance of a class: it is for one caller alone.
      if (isAquiferError(error, 'AQF_CACHE_VALUE_INVALID')) return undefined;
      throw error;
    });
    if (understood && kept) this.#semantic?.remember(key, understood);
    if (own) return own.response;
    // It joined a call whose response is not kept, and was for one caller alone.
    return kept ? this.#hit(key, kept) : this.#ask(call, { signal: new AbortController().signal });
  }

  /** The response to a question that means the same. */
  async #alike<R>(understood: Understood): Promise<R | undefined> {
    const near = await this.#semantic?.find(understood, (key) => this.#cache.get<Kept<R>>(key));
    if (!near) return undefined;
    this.#figures.semanticHits += 1;
    return this.#save(near.key, near.found);
  }

  #hit<R>(key: string, kept: Kept<R>): R {
    this.#figures.hits += 1;
    return this.#save(key, kept);
  }

  #save<R>(key: string, { response, usage }: Kept<R>): R {
    this.#counts.add(key);
    this.#figures.inputTokens += usage?.inputTokens ?? 0;
    this.#figures.outputTokens += usage?.outputTokens ?? 0;
    return response;
  }

  #ask<R>(call: (context: FactoryContext) => Promise<R>, context: FactoryContext): Promise<R> {
    this.#figures.misses += 1;
    return call(context);
  }

  #isKept(response: unknown): boolean {
    const isStream = typeof response === 'object' && response !== null && Symbol.asyncIterator in response;
    return response !== undefined && !isStream && this.#keep(response);
  }
}

/**
 * Keeps the responses of language models: by everything that is in a request, and on demand by what its last question
 * means. Make one for a tenant and keep it: what it knows of meanings, and its figures, are its own.
 * @param cache the tenant's own, of which this takes the namespace `responses`
 * @throws AQF_ARGUMENT_INVALID
 */
export function createResponseCache(cache: Cache, options: ResponseCacheOptions = {}): ResponseCache {
  return new ResponseCache(cache, options);
}

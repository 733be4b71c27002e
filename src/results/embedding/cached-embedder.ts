import type { Cache, CacheOptions, Duration } from '../../cache/index.js';
import { checkedEmbedder, type Embedder } from '../../embeddings/index.js';
import { AquiferError } from '../../errors/index.js';
import { digest } from '../canonical.js';
import { packVectors, unpackVectors } from './packed-vectors.js';

export interface CachedEmbedderOptions extends CacheOptions {
  /** How long vectors are kept. A model makes the same of the same text, so they do not age. @default '30d' */
  readonly ttl?: Duration;
  /** @default '10m' */
  readonly hardTimeout?: Duration;
  /**
   * What tells apart versions of a model that have one id: the digest of its weights, the date of a release. Vectors
   * of other revisions are never served.
   * @default ''
   */
  readonly revision?: string;
}

export interface EmbedderFigures {
  /** Texts that were asked for. */
  readonly texts: number;
  readonly hits: number;
  /** Texts that the model was asked for, in `calls`. */
  readonly misses: number;
  readonly calls: number;
}

/** An embedder that remembers. */
export interface CachedEmbedder extends Embedder {
  figures(): EmbedderFigures;
}

/** A model may be busy for long with many texts. */
const DEFAULTS: CacheOptions = { ttl: '30d', hardTimeout: '10m' };
/** A key that holds for one text in one use. */
type KeyOf = (text: string) => string;

class RememberingEmbedder implements CachedEmbedder {
  readonly model: Embedder['model'];
  readonly #embedder: Embedder;
  readonly #cache: Cache;
  readonly #options: CacheOptions;
  readonly #passageKey: KeyOf;
  readonly #queryKey: KeyOf;
  readonly #figures = { texts: 0, misses: 0, calls: 0 };
  #closed = false;

  constructor(embedder: Embedder, cache: Cache, { revision = '', ...options }: CachedEmbedderOptions) {
    this.model = embedder.model;
    // A vector that is wrong would be so for as long as it is kept.
    this.#embedder = checkedEmbedder(embedder);
    this.#cache = cache.namespace('embeddings');
    this.#options = { ...DEFAULTS, ...options };
    // The window of the model decides how passages are cut, and so their vectors.
    const { id, dimensions, maxTokens } = embedder.model;
    const model = digest(JSON.stringify([id, dimensions, maxTokens, revision])).slice(0, 16);
    this.#passageKey = (text) => `${model}.p.${digest(text)}`;
    this.#queryKey = (text) => `${model}.q.${digest(text)}`;
  }

  async embedPassages(texts: readonly string[]): Promise<Float32Array[][]> {
    this.#assertOpen();
    this.#figures.texts += texts.length;
    if (texts.length === 0) return [];
    const keys = texts.map(this.#passageKey);
    const byKey = new Map(keys.map((key, index) => [key, texts[index] ?? '']));
    const vectors = await this.#cache.memoMany<Uint8Array>([...byKey.keys()], this.#options, (missing) =>
      this.#embed(missing, byKey),
    );
    return keys.map((key) => unpackVectors(vectors.get(key) ?? new Uint8Array(), this.model.dimensions));
  }

  async embedQuery(text: string): Promise<Float32Array> {
    this.#assertOpen();
    this.#figures.texts += 1;
    const bytes = await this.#cache.memo<Uint8Array>(this.#queryKey(text), this.#options, async () => {
      this.#figures.misses += 1;
      this.#figures.calls += 1;
      return packVectors([await this.#embedder.embedQuery(text)]);
    });
    return unpackVectors(bytes, this.model.dimensions)[0] as Float32Array;
  }

  /** Closes the embedder behind, too. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#embedder.close();
  }

  figures(): EmbedderFigures {
    const { texts, misses, calls } = this.#figures;
    return { texts, hits: texts - misses, misses, calls };
  }

  /** All that is missing in one call. */
  async #embed(
    missing: readonly string[],
    byKey: ReadonlyMap<string, string>,
  ): Promise<Map<string, Uint8Array>> {
    this.#figures.misses += missing.length;
    this.#figures.calls += 1;
    const passages = await this.#embedder.embedPassages(missing.map((key) => byKey.get(key) ?? ''));
    return new Map(missing.map((key, index) => [key, packVectors(passages[index] ?? [])]));
  }

  #assertOpen(): void {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The embedder is closed.');
  }
}

/**
 * An embedder that asks the model for a text once, and checks what it returns: texts are told apart by their SHA-256, models by id, dimensions,
 * window and `revision`. Passages and questions are kept apart, as models may embed them differently.
 * @param cache the tenant's own, of which this takes the namespace `embeddings`
 */
export function cachedEmbedder(
  embedder: Embedder,
  cache: Cache,
  options: CachedEmbedderOptions = {},
): CachedEmbedder {
  return new RememberingEmbedder(embedder, cache, options);
}

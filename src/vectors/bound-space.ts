import { AquiferError } from '../errors/index.js';
import type { Filter } from '../filters/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import { type BuildOptions, type BuiltIndex, buildIndex } from './pgvector/index.js';
import type {
  UpsertOptions,
  VectorAnswer,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStats,
  VectorStore,
} from './store.js';

/** The vectors of one space of one tenant: `scope.vectors(…)`. Each call is as in VectorStore. */
export class BoundSpace {
  readonly space: VectorSpace;
  readonly #store: VectorStore;
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;

  constructor(
    store: VectorStore,
    relational: RelationalProvider,
    context: TenantContext,
    space: VectorSpace,
  ) {
    this.#store = store;
    this.#relational = relational;
    this.#context = context;
    this.space = space;
  }

  /** Resolves to how many records were written. @throws AQF_VECTOR_DIMENSIONS, AQF_ARGUMENT_INVALID, AQF_VECTORS_UNAVAILABLE */
  upsert(
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options?: UpsertOptions,
  ): Promise<number> {
    return this.#store.upsert(this.#context, this.space, records, options);
  }

  /** @throws AQF_VECTOR_DIMENSIONS, AQF_ARGUMENT_INVALID, AQF_VECTORS_UNAVAILABLE */
  query(embedding: Float32Array, query: VectorQuery): Promise<VectorAnswer> {
    return this.#store.query(this.#context, this.space, embedding, query);
  }

  get(ids: readonly string[]): Promise<VectorRecord[]> {
    return this.#store.get(this.#context, this.space, ids);
  }

  delete(which: VectorSelection): Promise<number> {
    return this.#store.delete(this.#context, this.space, which);
  }

  count(filter?: Filter): Promise<number> {
    return this.#store.count(this.#context, this.space, filter);
  }

  stats(): Promise<VectorStats> {
    return this.#store.stats(this.#context, this.space);
  }

  scan(options?: {
    readonly after?: string;
    readonly batch?: number;
  }): AsyncIterable<readonly VectorRecord[]> {
    return this.#store.scan(this.#context, this.space, options);
  }

  /**
   * Gives the space an HNSW index of its own, online. Spaces that grow get one by maintenance too.
   * @throws AQF_NOT_SUPPORTED where vectors are not in the database
   */
  async buildIndex(options?: BuildOptions): Promise<BuiltIndex> {
    if (this.#store.kind !== 'pgvector') {
      throw new AquiferError('AQF_NOT_SUPPORTED', `The store ${this.#store.kind} keeps its indexes itself.`);
    }
    return buildIndex(this.#relational, this.#context, this.space, options);
  }
}

import { AquiferError } from '../errors/index.js';
import type { Filter } from '../filters/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import { type BuildOptions, type BuiltIndex, buildIndex } from './pgvector/index.js';
import { checkSpace, invalid } from './records/index.js';
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

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(
    store: VectorStore,
    relational: RelationalProvider,
    context: TenantContext,
    space: VectorSpace,
  ) {
    this.#store = store;
    this.#relational = relational;
    this.#context = context;
    this.space = checkSpace(space);
  }

  /** Resolves to how many records were written. @throws AQF_VECTOR_DIMENSIONS, AQF_ARGUMENT_INVALID, AQF_VECTORS_UNAVAILABLE */
  async upsert(
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options?: UpsertOptions,
  ): Promise<number> {
    checkRecords(records);
    return this.#store.upsert(this.#context, this.space, records, checkOptions(options));
  }

  /** @throws AQF_VECTOR_DIMENSIONS, AQF_ARGUMENT_INVALID, AQF_VECTORS_UNAVAILABLE */
  async query(embedding: Float32Array, query: VectorQuery): Promise<VectorAnswer> {
    if (query === undefined) throw invalid('a query must say topK');
    return this.#store.query(this.#context, this.space, embedding, checkOptions(query));
  }

  async get(ids: readonly string[]): Promise<VectorRecord[]> {
    checkList(ids, 'ids');
    return this.#store.get(this.#context, this.space, ids);
  }

  async delete(which: VectorSelection): Promise<number> {
    checkSelection(which);
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
    checkOptions(options);
    if (options?.after !== undefined && typeof options.after !== 'string')
      throw invalid('after must be an id');
    if (options?.batch !== undefined && !isCount(options.batch)) throw invalid('batch must be 1 to 10000');
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
    return buildIndex(this.#relational, this.#context, this.space, checkOptions(options));
  }
}

function checkRecords(records: unknown): void {
  const given = Object(records);
  const isStream = Symbol.iterator in given || Symbol.asyncIterator in given;
  if (typeof records === 'string' || !isStream) throw invalid('records must be a list or a stream');
}

function checkOptions<T>(options: T): T {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw invalid('options must be an object');
  }
  return options;
}

function checkList(list: unknown, name: string): void {
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    throw invalid(`${name} must be a list of texts`);
  }
}

function checkSelection(which: VectorSelection): void {
  if (which === 'all') return;
  const given: object = Object(which);
  if ('ids' in given) checkList(given.ids, 'ids');
  else if ('documentIds' in given) checkList(given.documentIds, 'documentIds');
  else if (!('filter' in given)) throw invalid('what is deleted must be all, ids, documentIds or a filter');
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000;
}

import type { TenantContext } from '../relational/index.js';
import type {
  UpsertOptions,
  VectorAnswer,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStore,
} from '../vectors/store.js';

/** The vectors of one space of one tenant, as a scope gives them; each call as in VectorStore. */
export interface BoundVectors {
  upsert(
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options?: UpsertOptions,
  ): Promise<number>;
  query(embedding: Float32Array, query: VectorQuery): Promise<VectorAnswer>;
  get(ids: readonly string[]): Promise<VectorRecord[]>;
  delete(which: VectorSelection): Promise<number>;
}

/** A store as it is seen by who may see no other tenant and no other space. */
export function bindVectors(store: VectorStore, context: TenantContext, space: VectorSpace): BoundVectors {
  return {
    upsert: (records, options) => store.upsert(context, space, records, options),
    query: (embedding, query) => store.query(context, space, embedding, query),
    get: (ids) => store.get(context, space, ids),
    delete: (which) => store.delete(context, space, which),
  };
}

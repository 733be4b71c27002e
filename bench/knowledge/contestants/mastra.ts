import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DIMENSIONS, vectorAt } from '../data.js';
import { type Contestant, GRAPH, type OpenContestant, type Where } from './contestant.js';

const ROWS_A_CALL = 1000;
const INDEX = 'passages';
/** The same rows, each tenant a namespace: the other way to search inside a tenant. */
const BY_TENANT = 'passages_by_tenant';
const HNSW = { type: 'hnsw', hnsw: GRAPH };

interface Store {
  readonly pool: { query(sql: string): Promise<unknown> };
  createIndex(options: object): Promise<void>;
  buildIndex(options: object): Promise<void>;
  upsert(options: object): Promise<string[]>;
  query(options: object): Promise<{ id: string }[]>;
  disconnect(): Promise<void>;
}

/** PgVector of @mastra/pg with halfvec and HNSW, both of which it offers and neither of which is its default. */
export const openMastra: OpenContestant = async (surroundings): Promise<Contestant> => {
  const { packages, knowledge, url, connections } = surroundings;
  const { PgVector } = createRequire(join(packages, 'package.json'))('@mastra/pg');
  const store: Store = new PgVector({ id: 'bench', connectionString: url, max: connections });
  const table = (indexName: string) => ({ indexName, metric: 'cosine', vectorType: 'halfvec' });
  return {
    prepare: () =>
      store.createIndex({
        ...table(INDEX),
        dimension: DIMENSIONS,
        buildIndex: false,
        metadataIndexes: ['tenant'],
      }),
    async load() {
      const { passages, vectors } = knowledge;
      for (let from = 0; from < passages.length; from += ROWS_A_CALL) {
        const slice = passages.slice(from, from + ROWS_A_CALL);
        await store.upsert({
          indexName: INDEX,
          vectors: slice.map((_, place) => Array.from(vectorAt(vectors, from + place))),
          metadata: slice,
          ids: slice.map((_, place) => String(from + place)),
        });
      }
    },
    index: () => store.buildIndex({ ...table(INDEX), indexConfig: HNSW }),
    async readyTenants() {
      await store.createIndex({ ...table(BY_TENANT), dimension: DIMENSIONS, buildIndex: false });
      await store.pool.query(
        `insert into ${BY_TENANT} (vector_id, embedding, metadata, namespace)
         select vector_id, embedding, metadata, metadata->>'tenant' from ${INDEX}`,
      );
      await store.buildIndex({ ...table(BY_TENANT), indexConfig: HNSW });
      await store.pool.query(`analyze ${BY_TENANT}`);
    },
    async search(vector, where, { ef, iterative }) {
      const found = await store.query({
        ...(iterative === 'exact' ? filtered(where) : inNamespace(where)),
        queryVector: Array.from(vector),
        topK: 10,
        ef,
      });
      return found.map(({ id }) => Number(id));
    },
    close: () => store.disconnect(),
  };
};

/** With a filter it sorts what passes, without an index. */
function filtered({ tenant, filter }: Where) {
  return {
    indexName: INDEX,
    filter: { ...(tenant && { tenant }), ...(filter && { [filter.key]: filter.value }) },
  };
}

function inNamespace({ tenant, filter }: Where) {
  return {
    indexName: tenant ? BY_TENANT : INDEX,
    ...(tenant && { namespace: tenant }),
    ...(filter && { filter: { [filter.key]: filter.value } }),
  };
}

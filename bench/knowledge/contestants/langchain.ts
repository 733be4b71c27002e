import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DIMENSIONS, vectorAt } from '../data.js';
import { type Contestant, type Effort, GRAPH, type OpenContestant } from './contestant.js';
import { PLAIN, Pools } from './pools.js';
import { rowOf, uuidOf } from './uuid.js';

const ROWS_A_CALL = 5000;

interface Store {
  addVectors(
    vectors: number[][],
    documents: { pageContent: string; metadata: object }[],
    options: { ids: string[] },
  ): Promise<void>;
  createHnswIndex(options: { dimensions: number; m: number; efConstruction: number }): Promise<void>;
  ensureTableInDatabase(dimensions: number): Promise<void>;
  similaritySearchVectorWithScore(
    vector: number[],
    k: number,
    filter?: object,
  ): Promise<[{ id: string }, number][]>;
}

/** PGVectorStore of @langchain/community: rows of one table, a tenant is a key of their metadata. */
export const openLangchain: OpenContestant = async (surroundings): Promise<Contestant> => {
  const { packages, knowledge } = surroundings;
  const load = createRequire(join(packages, 'package.json'));
  const { PGVectorStore } = load('@langchain/community/vectorstores/pgvector');
  const pools = new Pools(surroundings);
  const stores = new Map<string, Store>();
  const storeFor = (effort: Effort): Store => {
    const key = JSON.stringify(effort);
    const found = stores.get(key);
    if (found) return found;
    const store: Store = new PGVectorStore(noEmbeddings, { pool: pools.get(effort), tableName: 'passages' });
    stores.set(key, store);
    return store;
  };
  return {
    prepare: () => storeFor(PLAIN).ensureTableInDatabase(DIMENSIONS),
    async load() {
      const { passages, vectors } = knowledge;
      for (let from = 0; from < passages.length; from += ROWS_A_CALL) {
        const slice = passages.slice(from, from + ROWS_A_CALL);
        await storeFor(PLAIN).addVectors(
          slice.map((_, place) => Array.from(vectorAt(vectors, from + place))),
          slice.map(({ text, ...metadata }) => ({ pageContent: text, metadata })),
          { ids: slice.map((_, place) => uuidOf(from + place)) },
        );
      }
    },
    index: () => storeFor(PLAIN).createHnswIndex({ dimensions: DIMENSIONS, ...GRAPH }),
    async readyTenants() {
      // It has no index for metadata of its own; without one by hand a filter reads all rows.
      await pools.get(PLAIN).query(`create index on passages ((metadata->>'tenant'))`);
      await pools.get(PLAIN).query('analyze passages');
    },
    async search(vector, { tenant, filter }, effort) {
      const metadata = { ...(tenant && { tenant }), ...(filter && { [filter.key]: filter.value }) };
      const found = await storeFor(effort).similaritySearchVectorWithScore(Array.from(vector), 10, metadata);
      return found.map(([{ id }]) => rowOf(id));
    },
    close: () => pools.close(),
  };
};

/** Vectors are given. */
const noEmbeddings = {};

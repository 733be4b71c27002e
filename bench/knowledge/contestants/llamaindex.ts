import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DIMENSIONS, vectorAt } from '../data.js';
import { type Contestant, type Effort, GRAPH, type OpenContestant } from './contestant.js';
import { PLAIN, Pools } from './pools.js';
import { rowOf, uuidOf } from './uuid.js';

const ROWS_A_CALL = 500;

interface Store {
  add(nodes: readonly object[]): Promise<string[]>;
  client(): Promise<unknown>;
  query(query: {
    queryEmbedding: number[];
    similarityTopK: number;
    mode: 'default';
    filters?: { filters: { key: string; value: string | number; operator: '==' }[] };
  }): Promise<{ ids: string[] }>;
}

/**
 * PGVectorStore of @llamaindex/postgres. It makes no vector index; the one that its queries can use is made by hand, and
 * the four statements that create its table before each query are switched off once the table is there.
 */
export const openLlamaindex: OpenContestant = async (surroundings): Promise<Contestant> => {
  const { packages, knowledge } = surroundings;
  const load = createRequire(join(packages, 'package.json'));
  const { PGVectorStore } = load('@llamaindex/postgres');
  const { TextNode } = load('@llamaindex/core/schema');
  const pools = new Pools(surroundings);
  const stores = new Map<string, Store>();
  const open = (client: unknown, performSetup: boolean): Store =>
    new PGVectorStore({
      client,
      tableName: 'passages',
      dimensions: DIMENSIONS,
      performSetup,
      embedModel: {},
    });
  const storeFor = (effort: Effort): Store => {
    const key = JSON.stringify(effort);
    const found = stores.get(key);
    if (found) return found;
    const store = open(pools.get(effort), false);
    stores.set(key, store);
    return store;
  };
  return {
    async prepare() {
      await pools.get(PLAIN).query('create extension if not exists vector');
      await open(pools.get(PLAIN), true).client();
    },
    async load() {
      const { passages, vectors } = knowledge;
      for (let from = 0; from < passages.length; from += ROWS_A_CALL) {
        const nodes = passages.slice(from, from + ROWS_A_CALL).map(
          ({ text, ...metadata }, place) =>
            new TextNode({
              id_: uuidOf(from + place),
              text,
              metadata,
              embedding: Array.from(vectorAt(vectors, from + place)),
            }),
        );
        await storeFor(PLAIN).add(nodes);
      }
    },
    async index() {
      await pools.get(PLAIN).query(
        `create index on passages using hnsw (embeddings vector_cosine_ops)
         with (m = ${GRAPH.m}, ef_construction = ${GRAPH.efConstruction})`,
      );
    },
    async readyTenants() {
      await pools.get(PLAIN).query(`create index on passages ((metadata->>'tenant'))`);
      await pools.get(PLAIN).query('analyze passages');
    },
    async search(vector, { tenant, filter }, effort) {
      const filters = [
        ...(tenant ? [{ key: 'tenant', value: tenant, operator: '==' as const }] : []),
        ...(filter ? [{ ...filter, operator: '==' as const }] : []),
      ];
      const { ids } = await storeFor(effort).query({
        queryEmbedding: Array.from(vector),
        similarityTopK: 10,
        mode: 'default',
        ...(filters.length > 0 && { filters: { filters } }),
      });
      return ids.map(rowOf);
    },
    close: () => pools.close(),
  };
};

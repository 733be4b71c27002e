import { loadConfig } from '../../../src/config/index.js';
import { openRelational } from '../../../src/layer/index.js';
import { migrate } from '../../../src/relational/index.js';
import { buildIndex, pgvectorStore } from '../../../src/vectors/pgvector/index.js';
import type { VectorRecord, VectorSpace } from '../../../src/vectors/store.js';
import { DIMENSIONS, type Knowledge, type KnownPassage, vectorAt } from '../data.js';
import { regrouped, tenantGroup, tenantsOf } from '../groups.js';
import { withNoise } from '../random.js';
import { type Contestant, GRAPH, NOISE, type OpenContestant } from './contestant.js';

const RECALL = 0.98;
/** Tenants of fewer rows are read all. */
const INDEX_FROM = 5000;
/** The tenant that has all passages. */
const EVERYTHING = 'everything';
const SPACE: VectorSpace = {
  name: 'passages',
  model: 'transformers:all-MiniLM-L6-v2',
  dimensions: DIMENSIONS,
  metric: 'cosine',
};

/** This library: a tenant is a scope, vectors are records of a space. */
export const openAquifer: OpenContestant = async ({ url, knowledge, connections }): Promise<Contestant> => {
  const relational = { provider: 'postgres' as const, url, pool: { min: 0, max: connections } };
  const config = await loadConfig({ overrides: { relational }, env: {}, file: false });
  const provider = await openRelational(config.values);
  const store = pgvectorStore(provider);
  const scope = (tenantId: string) => ({ kind: 'tenant', tenantId }) as const;
  const fill = (tenantId: string, records: Iterable<VectorRecord>) =>
    store.upsert(scope(tenantId), SPACE, records);
  const index = (tenantId: string) => buildIndex(provider, scope(tenantId), SPACE, GRAPH);
  return {
    prepare: async () => {
      await migrate(provider);
    },
    async load() {
      await fill(
        EVERYTHING,
        recordsOf(knowledge, () => true),
      );
    },
    async index() {
      await index(EVERYTHING);
    },
    async readyTenants() {
      for (const group of [...tenantsOf(knowledge).map(tenantGroup), ...regrouped(knowledge)]) {
        await fill(group.name, recordsOf(knowledge, group.contains));
        if (knowledge.passages.filter(group.contains).length >= INDEX_FROM) await index(group.name);
      }
    },
    async grow(tenant, rows, copies) {
      await fill(tenant, noisyRecords(knowledge, rows, copies));
      if (rows * copies >= INDEX_FROM) await index(tenant);
    },
    async search(vector, { tenant, filter }) {
      const { hits } = await store.query(
        scope(tenant ? tenantGroup(tenant).name : EVERYTHING),
        SPACE,
        vector,
        {
          topK: 10,
          recall: RECALL,
          ...(filter && { filter: { [filter.key]: filter.value } }),
        },
      );
      return hits.map(({ id }) => Number(id));
    },
    close: () => provider.close(),
  };
};

function* recordsOf(
  { passages, vectors }: Knowledge,
  belongs: (passage: KnownPassage, index: number) => boolean,
): Generator<VectorRecord> {
  for (const [index, passage] of passages.entries()) {
    if (!belongs(passage, index)) continue;
    const { document, text, ...metadata } = passage;
    yield { id: String(index), documentId: document, text, metadata, embedding: vectorAt(vectors, index) };
  }
}

/** The first rows, each several times with noise: row `n` is a copy of passage `n modulo rows`. */
function* noisyRecords(
  { passages, vectors }: Knowledge,
  rows: number,
  copies: number,
): Generator<VectorRecord> {
  const noisy = withNoise(NOISE.strength, NOISE.seed);
  for (let row = 0; row < rows * copies; row++) {
    const { document, text, ...metadata } = passages[row % rows] as KnownPassage;
    const vector = vectorAt(vectors, row % rows);
    const embedding = row < rows ? vector : noisy(vector);
    yield { id: String(row), documentId: document, text, metadata, embedding };
  }
}

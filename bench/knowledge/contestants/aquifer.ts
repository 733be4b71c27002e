import { createDataLayer, type DataLayer } from '../../../src/layer/index.js';
import type { BoundSpace, VectorRecord } from '../../../src/vectors/index.js';
import { type Knowledge, type KnownPassage, vectorAt } from '../data.js';
import { type Group, regrouped, tenantGroup, tenantsOf } from '../groups.js';
import { questionEmbedder } from '../question-embedder.js';
import { withNoise } from '../random.js';
import { type Contestant, GRAPH, NOISE, type OpenContestant, type Surroundings } from './contestant.js';

const RECALL = 0.98;
/** Tenants of fewer rows are read all. */
const INDEX_FROM = 5000;
/** The tenant that has all passages. */
export const EVERYTHING = 'everything';

/** This library: a tenant is a scope, vectors are records of a space. */
export const openAquifer: OpenContestant = async (surroundings): Promise<Contestant> => {
  const { knowledge } = surroundings;
  const layer = await openLayer(surroundings);
  const fill = async (tenantId: string, records: Iterable<VectorRecord>) => {
    await spaceOf(layer, tenantId).upsert(records);
  };
  const index = async (tenantId: string) => {
    await spaceOf(layer, tenantId).buildIndex(GRAPH);
  };
  const everyone = { contains: () => true };
  return {
    prepare: async () => undefined,
    load: () => fill(EVERYTHING, recordsOf(knowledge, everyone)),
    index: () => index(EVERYTHING),
    async readyTenants() {
      const tenants = tenantsOf(knowledge).map((name) => ({ ...tenantGroup(name), name }));
      for (const group of [...tenants, ...regrouped(knowledge)]) {
        await fill(group.name, recordsOf(knowledge, group));
        if (knowledge.passages.filter(group.contains).length >= INDEX_FROM) await index(group.name);
      }
    },
    async grow(tenant, rows, copies) {
      await fill(tenant, noisyRecords(knowledge, rows, copies));
      if (rows * copies >= INDEX_FROM) await index(tenant);
    },
    async search(vector, { tenant = EVERYTHING, filter }) {
      const { hits } = await spaceOf(layer, tenant).query(vector, {
        topK: 10,
        recall: RECALL,
        ...(filter && { filter: { [filter.key]: filter.value } }),
      });
      return hits.map(({ id }) => Number(id));
    },
    close: () => layer.close(),
  };
};

export function openLayer({ url, knowledge, connections }: Surroundings): Promise<DataLayer> {
  const relational = { provider: 'postgres' as const, url, pool: { min: 0, max: connections } };
  return createDataLayer({ relational, embedder: questionEmbedder(knowledge) }, { env: {}, file: false });
}

export function spaceOf(layer: DataLayer, tenantId: string): BoundSpace {
  return layer.scope({ tenantId }).vectors('passages');
}

function* recordsOf(
  { passages, vectors }: Knowledge,
  { contains }: Pick<Group, 'contains'>,
): Generator<VectorRecord> {
  for (const [index, passage] of passages.entries()) {
    if (!contains(passage, index)) continue;
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

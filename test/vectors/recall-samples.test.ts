import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { type CutDocument, loadDocuments } from '../../src/documents/load/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import type { TenantContext } from '../../src/relational/index.js';
import { search } from '../../src/search/index.js';
import {
  buildIndex,
  indexGrownSpaces,
  pgvectorStore,
  RecallSamples,
  type VectorSpace,
} from '../../src/vectors/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival' };
const SPACE: VectorSpace = { name: 'sampled', model: 'random', dimensions: 16, metric: 'cosine' };
const VECTORS = 2_500;

await describeOnEachDatabase('the width of an index', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  const known = async (context: TenantContext) => {
    const { rows } = await database.provider.query<{
      measured: { questions?: number; wanted?: number; found?: Record<string, number> };
      tuned: Record<string, number>;
    }>(context, { text: 'select measured, tuned from aquifer.vector_spaces', values: [] });
    return rows[0];
  };

  test('is measured on the questions that are asked, and chosen by what they found', async () => {
    const store = pgvectorStore(database.provider);
    await store.upsert(ACME, SPACE, records());
    await buildIndex(database.provider, ACME, SPACE);
    for (let asked = 0; asked < 80; asked++) {
      await store.query(ACME, SPACE, vectorOf(VECTORS + asked), { topK: 5 });
    }
    await store.close();
    const { measured, tuned } = (await known(ACME)) ?? {};
    expect(measured?.questions).toBeGreaterThanOrEqual(32);
    expect(measured?.wanted).toBe((measured?.questions ?? 0) * 10);
    const found = Object.values(measured?.found ?? {});
    expect(found).toEqual([...found].sort((one, other) => one - other));
    expect(found.at(-1)).toBeGreaterThan(0.9 * (measured?.wanted ?? 0));
    expect(Object.keys(tuned ?? {})).toContain('0.9');
  });

  test('of documents is measured on what search asks', async ({ skip }) => {
    const { provider } = database;
    if (provider.kind !== 'postgres')
      return skip('the embedded database builds no index of documents by itself');
    const deps = { relational: provider, embedder };
    await loadDocuments(deps, RIVAL, documents());
    expect(await indexGrownSpaces(provider, VECTORS)).toMatchObject({ built: 1, problems: [] });
    const samples = new RecallSamples(provider);
    const { values } = await loadConfig({ env: {}, file: false });
    for (let asked = 0; asked < 70; asked++) {
      const searching = { ...deps, settings: values.search, samples };
      expect(
        await search(searching, RIVAL, `question ${asked}`, { mode: 'semantic', limit: 3 }),
      ).toHaveLength(3);
    }
    await samples.idle();
    const { measured } = (await known(RIVAL)) ?? {};
    expect(measured?.questions).toBeGreaterThanOrEqual(32);
    expect(measured?.wanted).toBe((measured?.questions ?? 0) * 100);
  });
});

function* documents(): Generator<CutDocument> {
  for (let index = 0; index < 10; index++) {
    const chunks = Array.from({ length: VECTORS / 10 }, (_, ordinal) => ({
      text: `text ${ordinal}`,
      embedding: vectorOf(index * VECTORS + ordinal),
    }));
    yield { source: `s${index}`, title: `Title ${index}`, language: 'en', metadata: {}, chunks };
  }
}

/** Reads the number at the end of a question. */
const embedder = {
  model: { id: 'test:numbers', dimensions: SPACE.dimensions },
  embedQuery: async (text: string) => vectorOf(Number(text.match(/[0-9]+$/)?.[0]) * 7.7),
} as unknown as Embedder;

function* records() {
  for (let n = 0; n < VECTORS; n++)
    yield { id: String(n), documentId: null, text: null, metadata: {}, embedding: vectorOf(n) };
}

/** The same for the same number: no two runs differ. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: SPACE.dimensions }, (_, at) => Math.sin((n + 1) * (at + 1) * 12.9898));
}

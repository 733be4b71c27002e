import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataLayer, type DataLayer, type Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { createTestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const postgresAvailable = await serviceAvailable('postgres');
let folder: string;
let layer: DataLayer;
let scope: Scope;

beforeAll(async () => {
  folder = makeTempDir();
  layer = await openLayer(folder);
  scope = layer.scope({ tenantId: 'tenant-of-figures' });
  await scope.documents.ingest({ source: 'lease.txt', text: 'The lease ends in March.' });
  await scope.search('When does the lease end?');
  await scope.search('lease', { mode: 'lexical', limit: 1 });
  await scope.search('lease', { filter: { year: 2020 } });
  await scope.search('租约', { mode: 'semantic' });
});
afterAll(async () => {
  await layer.close();
  removeTempDir(folder);
});

test('what was searched is told, with why it was short and how long each phase took', async () => {
  const { searches } = await layer.knowledgeFigures();
  expect(searches.searches).toEqual([
    { mode: 'hybrid', of: 'documents', searches: 2 },
    { mode: 'lexical', of: 'documents', searches: 1 },
    { mode: 'semantic', of: 'documents', searches: 1 },
  ]);
  expect(searches.short).toEqual([
    { mode: 'hybrid', reason: 'few-chunks', searches: 1 },
    { mode: 'hybrid', reason: 'filter', searches: 1 },
    { mode: 'semantic', reason: 'unread-question', searches: 1 },
  ]);
  expect(searches.routes).toEqual({ exact: 1, candidates: 1, lexical: 1, none: 1 });
  const { total, embed, lexical, semantic, filter, present } = searches.durations;
  expect([total, embed, lexical, semantic, filter, present].map((phase) => phase?.count)).toEqual([
    4, 3, 3, 3, 1, 4,
  ]);
  expect(total?.sum).toBeGreaterThan(lexical?.sum ?? Number.POSITIVE_INFINITY);
});

test('so is what is stored, what waits, and what embedding took', async () => {
  const { vectors, backlog, usage, indexBuilds, recall } = await layer.knowledgeFigures();
  expect(vectors).toMatchObject([{ collection: 'default', vectors: 1, bytes: 2 * 512 + 64 }]);
  expect(backlog).toMatchObject({ documents: 0, dead: 0 });
  expect(usage).toMatchObject([{ model: layer.embeddingModel.id, cost: 0 }]);
  expect(usage[0]?.tokens).toBeGreaterThan(0);
  expect(indexBuilds).toEqual({ built: 0, failed: 0, seconds: 0, lastSeconds: undefined });
  expect(recall).toEqual([]);
});

test('Prometheus reads the same, and the name of no tenant', async () => {
  const text = await layer.metrics();
  expect(text).toContain('aquifer_searches_total{mode="hybrid",of="documents"} 2');
  expect(text).toContain('aquifer_searches_short_total{mode="hybrid",reason="filter"} 1');
  expect(text).toContain('aquifer_search_routes_total{route="exact"} 1');
  expect(text).toContain('# TYPE aquifer_search_duration_seconds histogram');
  expect(text).toContain('aquifer_search_duration_seconds_bucket{le="+Inf",phase="total"} 4');
  expect(text).toContain('aquifer_search_duration_seconds_count{phase="lexical"} 3');
  expect(text).toContain('aquifer_vectors{collection="default",model="builtin:use-lite-en"} 1');
  expect(text).toContain('aquifer_embedding_backlog_documents{state="waiting"} 0');
  expect(text).not.toContain('tenant-of-figures');
});

describe.skipIf(!postgresAvailable)('on a server', () => {
  test('indexes that are built, and what samples say of their recall, are told', async () => {
    const database = await createTestDatabase();
    await using served = await createDataLayer(
      { relational: { url: database.url } },
      { env: {}, file: false },
    );
    const acme = served.scope({ tenantId: 'acme' });
    const vectors = acme.vectors('faces', { dimensions: 3, model: 'own:faces' });
    const records = Array.from({ length: 20 }, (_, n) => ({
      id: `${n}`,
      documentId: null,
      text: null,
      metadata: {},
      embedding: Float32Array.of(n, 1, 0),
    }));
    await vectors.upsert(records);
    await vectors.buildIndex();
    await acme.query(`update aquifer.vector_spaces set tuned = '{"0.98": 60}',
      measured = '{"questions": 200, "wanted": 2000, "found": {"40": 1900, "60": 1980}}'`);
    const { indexBuilds, recall } = await served.knowledgeFigures();
    expect(indexBuilds).toMatchObject({ built: 1, failed: 0 });
    expect(indexBuilds.seconds).toBeGreaterThan(0);
    expect(indexBuilds.lastSeconds).toBe(indexBuilds.seconds);
    expect(recall).toEqual([
      {
        tenantId: 'acme',
        collection: 'faces',
        model: 'own:faces',
        questions: 200,
        efSearch: 60,
        recall: 0.99,
      },
    ]);
    await served.close();
    await database.drop();
  });
});

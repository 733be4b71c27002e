import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type RelationalProvider, type TenantContext } from '../../src/relational/index.js';
import {
  type BuildProgress,
  buildIndex,
  estimateIndex,
  pgvectorStore,
} from '../../src/vectors/pgvector/index.js';
import type { VectorRecord, VectorSpace } from '../../src/vectors/store.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const SPACE: VectorSpace = { name: 'many', model: 'test:model', dimensions: 16, metric: 'cosine' };
/** Fewer are always read, whatever index there is. */
const VECTORS = 2_100;
const INDEXES = `select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = 'aquifer.vectors'::regclass and not i.indisprimary`;

await describeOnEachDatabase('an index of a space', (open, kind) => {
  let database: OpenedDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await open();
    provider = database.provider;
    await pgvectorStore(provider).upsert(ACME, SPACE, records());
  });
  afterAll(() => database.dispose());

  const nearest = async (query: Float32Array, recall: number) => {
    const { hits } = await pgvectorStore(provider).query(ACME, SPACE, query, { topK: 10, recall });
    return hits.map(({ id }) => id);
  };

  test('is built after the load, and found by searches', async () => {
    const seen: BuildProgress[] = [];
    const built = await buildIndex(provider, ACME, SPACE, {
      m: 8,
      efConstruction: 100,
      onProgress: (at) => seen.push(at),
    });
    expect(built).toMatchObject({ vectors: VECTORS, fitted: true });
    expect(built.bytes).toBeGreaterThan(VECTORS * 16 * 2);
    expect(await pgvectorStore(provider).stats(ACME, SPACE)).toMatchObject({
      vectors: VECTORS,
      index: 'ready',
    });
    const query = vectorOf(7_777);
    const [approximate, exact] = [await nearest(query, 0.95), await nearest(query, 1)];
    expect(approximate.filter((id) => exact.includes(id)).length).toBeGreaterThanOrEqual(7);
    for (const { done, total } of seen) expect(done).toBeLessThanOrEqual(total);
  });

  test('is built anew over signs, whose finds the vectors rank', async () => {
    await buildIndex(provider, ACME, SPACE, { over: 'bits' });
    const { rows } = await provider.query(OWNER, { text: INDEXES });
    expect(rows).toEqual([{ name: expect.stringMatching(/^vectors_space_\d+$/), valid: true }]);
    const stored = vectorOf(3);
    expect((await nearest(stored, 0.9))[0]).toBe('3');
  });

  test('is not built twice at once', async () => {
    const builds = await Promise.allSettled(
      [1, 2].map(() => buildIndex(provider, ACME, SPACE, { m: 8, efConstruction: 40 })),
    );
    const refused = builds.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeLessThanOrEqual(1);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason.code).toBe('AQF_ARGUMENT_INVALID');
    expect(await pgvectorStore(provider).stats(ACME, SPACE)).toMatchObject({ index: 'ready' });
  });

  test.runIf(kind === 'postgres')('lets others write while it is built', async () => {
    const building = buildIndex(provider, ACME, SPACE, { efConstruction: 100 });
    await pgvectorStore(provider).upsert(ACME, SPACE, [{ ...record(9), id: 'written meanwhile' }]);
    await building;
    expect(await nearest(vectorOf(9), 0.99)).toContain('written meanwhile');
  });

  test.runIf(kind === 'postgres')(
    'is that of a partition, where an operator spread the vectors by tenant',
    async () => {
      await provider.query(OWNER, { text: 'call aquifer.partition_vectors(4)' });
      const store = pgvectorStore(provider);
      expect(await store.stats(ACME, SPACE)).toMatchObject({ index: 'exact' });
      await buildIndex(provider, ACME, SPACE, { m: 8, efConstruction: 40 });
      expect(await store.stats(ACME, SPACE)).toMatchObject({ index: 'ready' });
      expect((await nearest(vectorOf(11), 0.95))[0]).toBe('11');
      const before = await store.count(ACME, SPACE);
      await store.upsert(ACME, SPACE, [record(11), { ...record(12), id: 'after' }]);
      expect(await store.stats(ACME, SPACE)).toMatchObject({ vectors: before + 1 });
      await expect(provider.query(ACME, { text: 'select from aquifer.vectors_0' })).rejects.toMatchObject({
        code: 'AQF_PERMISSION_DENIED',
      });
    },
  );
});

describe('an estimate', () => {
  // The numbers of pgvector 0.8.1: "hnsw graph no longer fits into maintenance_work_mem after … tuples" at 8 MB.
  test.each([
    { m: 16, fitted: 5_667 },
    { m: 32, fitted: 4_207 },
  ])('of memory is what pgvector takes with m $m', ({ m, fitted }) => {
    const { memoryBytes } = estimateIndex({ vectors: fitted, dimensions: 384, m });
    expect(memoryBytes / (8 * 1024 ** 2)).toBeCloseTo(1, 1);
  });
});

test.each([
  { m: 1 },
  { m: 101 },
  { m: 40, efConstruction: 64 },
  { efConstruction: 1001 },
  { m: '16) where true; --' as never },
])('refuses %j', async (options) => {
  const building = buildIndex({} as RelationalProvider, ACME, SPACE, options);
  await expect(building).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
});

function* records(): Generator<VectorRecord> {
  for (let index = 0; index < VECTORS; index++) yield record(index);
}

function record(index: number): VectorRecord {
  return { id: String(index), documentId: null, text: null, metadata: {}, embedding: vectorOf(index) };
}

/** Always the same for a number. */
function vectorOf(seed: number): Float32Array {
  let state = seed * 2_654_435_761 + 1;
  return Float32Array.from({ length: SPACE.dimensions }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

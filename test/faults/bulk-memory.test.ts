import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, type RelationalProvider, type TenantContext } from '../../src/relational/index.js';
import { pgvectorStore } from '../../src/vectors/pgvector/index.js';
import type { VectorRecord, VectorSpace } from '../../src/vectors/store.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';

const RECORDS = 1_000_000;
/** Fewer than models have, so that the table fits on small disks; the memory of a batch is bound in bytes. */
const SPACE: VectorSpace = { name: 'bulk', model: 'test:bulk', dimensions: 64, metric: 'cosine' };
const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const MEGABYTE = 1024 ** 2;

describe.skipIf(!(await serviceAvailable('postgres')))('a million records', () => {
  let database: TestDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await openTestPostgres(database);
    await migrate(provider);
  });
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  test('are written in less than 500 MB, and asked of their source only as they are written', async () => {
    const start = process.memoryUsage.rss();
    let most = 0;
    let asked = 0;
    let farthestAhead = 0;
    function* records(): Generator<VectorRecord> {
      for (; asked < RECORDS; asked++) yield record(asked);
    }
    const written = await pgvectorStore(provider).upsert(ACME, SPACE, records(), {
      onProgress: (soFar) => {
        most = Math.max(most, process.memoryUsage.rss() - start);
        farthestAhead = Math.max(farthestAhead, asked - soFar);
      },
    });
    console.log(`peak ${Math.round(most / MEGABYTE)} MB above the start, ${farthestAhead} records ahead`);
    expect(written).toBe(RECORDS);
    expect(most).toBeLessThan(500 * MEGABYTE);
    expect(farthestAhead).toBeLessThan(50_000);
    expect(await pgvectorStore(provider).count(ACME, SPACE)).toBe(RECORDS);
  });

  test('of a source that breaks leave whole documents, and the load can be run again', async () => {
    const space = { ...SPACE, name: 'broken' };
    function* broken(): Generator<VectorRecord> {
      for (let index = 0; index < 60_000; index++) yield record(index);
      throw new RangeError('the source broke');
    }
    await expect(pgvectorStore(provider).upsert(ACME, space, broken())).rejects.toThrow('the source broke');
    const { rows } = await provider.query<{ chunks: number }>(ACME, {
      text: `select distinct count(*)::integer as chunks from aquifer.vector_records r
             join aquifer.vector_spaces s on s.id = r.space_id where s.name = 'broken' group by document_id`,
    });
    expect(rows).toEqual([{ chunks: CHUNKS_A_DOCUMENT }]);
    function* whole(): Generator<VectorRecord> {
      for (let index = 0; index < 60_000; index++) yield record(index);
    }
    await pgvectorStore(provider).upsert(ACME, space, whole());
    expect(await pgvectorStore(provider).count(ACME, space)).toBe(60_000);
  });
});

const CHUNKS_A_DOCUMENT = 30;

function record(index: number): VectorRecord {
  const document = Math.floor(index / CHUNKS_A_DOCUMENT);
  return {
    id: `document-${document}#${index % CHUNKS_A_DOCUMENT}`,
    documentId: `document-${document}`,
    text: `A passage of some length, number ${index}, as texts are: ${'word '.repeat(40)}`,
    metadata: { year: 2000 + (index % 25), status: index % 3 === 0 ? 'final' : 'draft' },
    embedding: Float32Array.from(
      { length: SPACE.dimensions },
      (_, at) => ((index * 31 + at * 17) % 1_000) / 1_000 + 0.001,
    ),
  };
}

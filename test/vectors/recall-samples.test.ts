import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantContext } from '../../src/relational/index.js';
import { buildIndex, pgvectorStore, type VectorSpace } from '../../src/vectors/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const SPACE: VectorSpace = { name: 'sampled', model: 'random', dimensions: 16, metric: 'cosine' };
const VECTORS = 2_500;

await describeOnEachDatabase('the width of an index', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  const known = async () => {
    const { rows } = await database.provider.query<{
      measured: { questions?: number; wanted?: number; found?: Record<string, number> };
      tuned: Record<string, number>;
    }>(ACME, { text: 'select measured, tuned from aquifer.vector_spaces', values: [] });
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
    const { measured, tuned } = (await known()) ?? {};
    expect(measured?.questions).toBeGreaterThanOrEqual(32);
    expect(measured?.wanted).toBe((measured?.questions ?? 0) * 10);
    const found = Object.values(measured?.found ?? {});
    expect(found).toEqual([...found].sort((one, other) => one - other));
    expect(found.at(-1)).toBeGreaterThan(0.9 * (measured?.wanted ?? 0));
    expect(Object.keys(tuned ?? {})).toContain('0.9');
  });
});

function* records() {
  for (let n = 0; n < VECTORS; n++)
    yield { id: String(n), documentId: null, text: null, metadata: {}, embedding: vectorOf(n) };
}

/** The same for the same number: no two runs differ. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: SPACE.dimensions }, (_, at) => Math.sin((n + 1) * (at + 1) * 12.9898));
}

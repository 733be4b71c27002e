import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as documents from '../../src/documents/queries.js';
import type { RelationalProvider, TenantContext, Transaction } from '../../src/relational/index.js';
import { openMigrated } from '../support/embedded.js';
import { expectConsistentIndex } from '../support/lexical-invariants.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const WORDS = [
  'river',
  'stone',
  'lamp',
  'winter',
  'bridge',
  'copper',
  'garden',
  'signal',
  'paper',
  'harbour',
];

/** A step of the history of an index: documents of so many chunks arrive, or the n-th living one goes. */
type Step = { readonly add: readonly number[] } | { readonly remove: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ add: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
);

describe('the lexical index', () => {
  let folder: string;
  let provider: RelationalProvider;
  let tenants = 0;
  beforeAll(async () => {
    folder = makeTempDir();
    provider = await openMigrated(folder);
  });
  afterAll(async () => {
    await provider.close();
    await removeTempDir(folder);
  });

  test('agrees with its entries after any history of additions and removals', async () => {
    const history = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const context: TenantContext = { kind: 'tenant', tenantId: `t${tenants++}` };
      const living: string[] = [];
      for (const next of steps) await provider.transaction(context, (tx) => take(tx, next, living));
      await provider.transaction(context, expectConsistentIndex);
    });
    await fc.assert(history, { numRuns: 12 });
  });

  test('merges small blocks, so that a search reads few of them', async () => {
    const context: TenantContext = { kind: 'tenant', tenantId: 'merging' };
    for (let i = 0; i < 20; i++) {
      await provider.transaction(context, (tx) => take(tx, { add: [32] }, []));
    }
    const { blocks } = await provider.transaction(context, expectConsistentIndex);
    expect(blocks).toBeLessThan(16);
  });

  test('refuses a chunk that is older than what is indexed, rather than not finding it', async () => {
    const context: TenantContext = { kind: 'tenant', tenantId: 'order' };
    await provider.transaction(context, (tx) => take(tx, { add: [40] }, []));
    const late = provider.transaction(context, async (tx) => {
      const id = await insertDocument(tx, 'late');
      await tx.query(documents.INSERT_CHUNKS, [id, JSON.stringify([chunk(-1, 0)])]);
    });
    await expect(late).rejects.toMatchObject({ facts: { sqlstate: '23514' } });
  });

  test('refuses to edit the text of a chunk in place', async () => {
    const context: TenantContext = { kind: 'tenant', tenantId: 'edit' };
    await provider.transaction(context, (tx) => take(tx, { add: [1] }, []));
    const edit = provider.transaction(context, (tx) =>
      tx.query(`update aquifer.chunks set content = 'other'`),
    );
    await expect(edit).rejects.toMatchObject({ facts: { sqlstate: '23001' } });
  });
});

async function take(tx: Transaction, step: Step, living: string[]): Promise<void> {
  if ('add' in step) {
    for (const chunks of step.add) living.push(await addDocument(tx, chunks));
    return;
  }
  const [gone] = living.splice(step.remove % Math.max(living.length, 1), 1);
  if (gone) await tx.query(documents.TRASH, [gone]);
}

async function addDocument(tx: Transaction, chunks: number): Promise<string> {
  const { rows } = await tx.query<{ first: number }>(documents.ALLOCATE_CHUNK_IDS, [chunks]);
  const first = rows[0]?.first ?? 0;
  const id = await insertDocument(tx, `doc-${first}`);
  const items = Array.from({ length: chunks }, (_, index) => chunk(first + index, index));
  await tx.query(documents.INSERT_CHUNKS, [id, JSON.stringify(items)]);
  return id;
}

async function insertDocument(tx: Transaction, source: string): Promise<string> {
  const collection = await tx.query<{ id: number }>(documents.DEFAULT_COLLECTION);
  const values = [
    collection.rows[0]?.id,
    source,
    source,
    'text',
    'en',
    '{}',
    '',
    'hash',
    'recipe',
    0,
    false,
    null,
  ];
  const { rows } = await tx.query<{ id: string }>(documents.UPSERT_DOCUMENT, values);
  return rows[0]?.id ?? '';
}

function chunk(id: number, ordinal: number) {
  const text = Array.from(
    { length: 1 + (Math.abs(id) % 7) },
    (_, i) => WORDS[(id * 3 + i * i) % WORDS.length],
  ).join(' ');
  return {
    id,
    ordinal,
    context: '',
    text,
    hash: String(id),
    start: 0,
    end: text.length,
    tokens: 1,
    headingPath: [],
    sections: [],
  };
}

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DataLayer } from '../../src/layer/index.js';
import { cachedRepository, cachedSearch } from '../../src/results/index.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir } from '../support/temp-dir.js';
import { authors, books } from './books.js';

let layer: DataLayer;
beforeAll(async () => {
  layer = await openLayer(makeTempDir(), { entities: [authors, books] });
});
afterAll(() => layer.close());

const NO_SUCH_ROW = '00000000-0000-4000-8000-000000000000';

test('in a layer, SQL of any origin drops what was read, within the bound of staleness', async () => {
  const scope = layer.scope({ tenantId: 'acme' });
  const cached = cachedRepository(scope.repository(books), scope.cache);
  const { id } = await scope.repository(books).create({ title: 'Emma' });
  expect(await cached.findById(id)).toMatchObject({ title: 'Emma' });
  expect(await cached.count({ where: { title: 'Emma' } })).toBe(1);
  await scope.query(`update library.books set title = 'Persuasion' where id = $1`, [id]);
  await vi.waitFor(
    async () => expect(await cached.findById(id)).toMatchObject({ title: 'Persuasion' }),
    5_000,
  );
  await vi.waitFor(async () => expect(await cached.count({ where: { title: 'Emma' } })).toBe(0), 5_000);
});

test('in a layer, a transaction is seen by cached reads when it has committed, and not before', async () => {
  const scope = layer.scope({ tenantId: 'acme' });
  const cached = cachedRepository(scope.repository(books), scope.cache);
  const { id } = await scope.repository(books).create({ title: 'Emma' });
  await cached.findById(id);
  await scope.transaction(async (session) => {
    await session.repository(books).update(id, { title: 'Sanditon' });
  });
  expect(await cached.findById(id)).toMatchObject({ title: 'Sanditon' });
});

test('in a layer, tenants read from caches of their own', async () => {
  const [acme, rival] = ['acme', 'rival'].map((tenantId) => layer.scope({ tenantId }));
  if (!acme || !rival) throw new Error('There are two tenants.');
  const { id } = await acme.repository(books).create({ title: 'secret' });
  const [own, other] = [acme, rival].map((scope) => cachedRepository(scope.repository(books), scope.cache));
  expect(await own?.findById(id)).toMatchObject({ title: 'secret' });
  expect(await other?.findById(id)).toBeUndefined();
  expect(await other?.count()).toBe(0);
  expect(await own?.findById(NO_SUCH_ROW)).toBeUndefined();
});

test('in a layer, searches are answered from their pages until documents change', async () => {
  const scope = layer.scope({ tenantId: 'acme' });
  const search = cachedSearch(
    (question: string, options: object) => scope.search(question, options),
    scope.cache,
  );
  const mode = { mode: 'lexical' } as const;
  await scope.documents.ingest({ source: 'travel.md', text: 'A trip abroad is approved by the director.' });
  const found = await search('approved trip', { ...mode, limit: 20 });
  expect(found).toEqual(await scope.search('approved trip', { ...mode, limit: 20 }));
  expect(await search('approved trip', { ...mode, offset: 0, limit: 5 })).toEqual(found);
  const { documentId } = await scope.documents.ingest({
    source: 'meals.md',
    text: 'Meals on a trip are approved.',
  });
  expect(await search('approved trip', { ...mode, limit: 20 })).toHaveLength(2);
  await scope.documents.delete(documentId);
  expect(await search('approved trip', { ...mode, limit: 20 })).toHaveLength(1);
});

import { expect, test } from 'vitest';
import type { Filter } from '../../filters/index.js';
import type { TenantContext } from '../../relational/index.js';
import type { VectorSpace, VectorStore } from '../store.js';
import { idsIn, type Opened, record, space, X_AXIS } from './fixture.js';

const HOSTILE = [
  "a'; drop table aquifer.vectors; --",
  "' or '1'='1",
  '"; delete from x; "',
  '{"$where": "1=1"}',
  '$where',
  '$or',
  '../../etc/passwd',
  'a_b',
  'a-b',
  '-a-',
  'a.b..c',
  'A_B',
  'é',
  'e\u0301',
  '日本🦊',
  '%',
  '\\',
  '__proto__',
  'constructor',
  'null',
  'x'.repeat(400),
];

/** Pairs that careless joining or cutting of names would make one. */
const LOOKALIKES: readonly [[tenant: string, space: string], [tenant: string, space: string]][] = [
  [
    ['a', 'b_c'],
    ['a_b', 'c'],
  ],
  [
    ['acme', 'notes'],
    ['ACME', 'notes'],
  ],
  [
    ['a.5fb', 'c'],
    ['a_b', 'c'],
  ],
  [
    [`${'x'.repeat(600)}1`, 'c'],
    [`${'x'.repeat(600)}2`, 'c'],
  ],
];

export function isolationTests(opened: () => Opened): void {
  test('keeps tenants apart that use the same names and ids', async () => {
    const { store, tenant } = opened();
    const [ours, theirs] = [tenant(), tenant()];
    await store.upsert(ours, space(), [
      record('a', { documentId: 'd', text: 'ours', metadata: { secret: 'ours' } }),
    ]);
    await store.upsert(theirs, space(), [
      record('a', { documentId: 'd', text: 'theirs', metadata: { secret: 'theirs' } }),
      record('b', { documentId: 'd', text: 'theirs' }),
    ]);
    await expectOnlyOurs(store, ours);
    expect(await store.delete(ours, space(), { filter: { secret: { exists: true } } })).toBe(1);
    expect(await store.delete(ours, space(), { documentIds: ['d'] })).toBe(0);
    expect(await store.delete(ours, space(), { ids: ['a', 'b'] })).toBe(0);
    expect(await store.delete(ours, space(), 'all')).toBe(0);
    await store.deleteTenant(ours);
    expect(await idsIn(store, theirs, space())).toEqual(['a', 'b']);
  });

  test('never mixes two models, however alike', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const models = [
      space(),
      space({ model: 'test:model2' }),
      space({ model: 'test_model' }),
      space({ model: 'TEST:model' }),
    ];
    for (const [at, one] of models.entries())
      await store.upsert(context, one, [record('a', { text: `model ${at}` })]);
    for (const [at, one] of models.entries()) {
      const { hits } = await store.query(context, one, X_AXIS, { topK: 10 });
      expect(hits.map(({ text }) => text)).toEqual([`model ${at}`]);
    }
    await store.delete(context, space(), 'all');
    expect(await store.count(context, space({ model: 'test:model2' }))).toBe(1);
  });

  test.each(LOOKALIKES)('keeps %j and %j apart', async (...pairs) => {
    const { store, tenant } = opened();
    const kept: [TenantContext, VectorSpace, number][] = [];
    for (const [at, [tenantId, name]] of pairs.entries()) {
      const [context, of] = [tenant(tenantId), space({ name })];
      if (await refuses(() => store.upsert(context, of, [record(`of ${at}`)]))) continue;
      kept.push([context, of, at]);
    }
    for (const [context, of, at] of kept) expect(await idsIn(store, context, of)).toEqual([`of ${at}`]);
  });

  test('stands hostile tenants: each is refused, or a tenant like any other', async () => {
    const { store, tenant } = opened();
    const witness = tenant();
    await store.upsert(witness, space(), [record('witness')]);
    for (const name of [...HOSTILE, 'half \ud800', 'nul \0', 'x'.repeat(5000)]) {
      const context = tenant(name);
      if (
        await refuses(() =>
          store.upsert(context, space(), [record('a', { text: name.slice(0, 5).toWellFormed() })]),
        )
      )
        continue;
      expect(await idsIn(store, context, space())).toEqual(['a']);
      expect(await store.delete(context, space(), 'all')).toBe(1);
    }
    expect(await idsIn(store, witness, space())).toEqual(['witness']);
    await expect(store.count(tenant(''), space())).rejects.toThrow();
  });

  test('refuses names of spaces that are none', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    for (const name of ['', 'a b', "a'b", 'a"b', '{space}', 'ü', 'x'.repeat(129), '$where', 'a\0b']) {
      await expect(store.upsert(context, space({ name }), [record('a')])).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    }
    expect(await store.spaces(context)).toEqual([]);
  });

  test('takes hostile ids and texts for what they are', async () => {
    const { store, tenant } = opened();
    const context = tenant();
    const records = HOSTILE.map((id) =>
      record(id, { documentId: id, text: id, metadata: { value: id, list: [id] } }),
    );
    await store.upsert(context, space(), records);
    for (const id of HOSTILE) {
      expect(await store.get(context, space(), [id])).toMatchObject([
        { id, documentId: id, text: id, metadata: { value: id } },
      ]);
      const { hits } = await store.query(context, space(), X_AXIS, {
        topK: 5,
        filter: { value: id, list: id },
      });
      expect(hits.map((hit) => hit.id)).toEqual([id]);
    }
    expect(await store.delete(context, space(), { documentIds: [HOSTILE[0] ?? ''] })).toBe(1);
    expect(await store.delete(context, space(), { ids: [HOSTILE[1] ?? '', "' or 1=1 --"] })).toBe(1);
    expect(await store.count(context, space())).toBe(HOSTILE.length - 2);
  });

  test('takes hostile keys of filters for keys, and nothing leaks', async () => {
    const { store, tenant } = opened();
    const [ours, theirs] = [tenant(), tenant()];
    const keys = HOSTILE.filter((key) => key !== '__proto__' && key.length <= 128);
    await store.upsert(theirs, space(), [record('theirs', { metadata: { secret: 1 } })]);
    await store.upsert(ours, space(), [
      ...keys.map((key, at) => record(`r${at}`, { metadata: { [key]: 'here', number: at } })),
      record('other'),
    ]);
    for (const [at, key] of keys.entries()) {
      const filters = [
        { [key]: 'here' },
        { [key]: { gte: 'here' } },
        { [key]: { contains: 'er' } },
        { [key]: { exists: true } },
      ];
      for (const filter of filters as Filter[]) {
        const { hits } = await store.query(ours, space(), X_AXIS, { topK: 100, filter });
        expect(hits.map(({ id }) => id)).toEqual([`r${at}`]);
      }
    }
    for (const key of ['__proto__', 'x'.repeat(5000), "tenant_id' = 'x' or ''='"]) {
      const filter = JSON.parse(`{${JSON.stringify(key)}: {"ne": "none"}}`) as Filter;
      const found = await store
        .query(ours, space(), X_AXIS, { topK: 100, filter })
        .catch((error: unknown) => error);
      if (found instanceof Error) expect(found).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      else expect((found as { hits: { id: string }[] }).hits.some(({ id }) => id === 'theirs')).toBe(false);
    }
  });
}

async function expectOnlyOurs(store: VectorStore, ours: TenantContext): Promise<void> {
  expect(await store.count(ours, space())).toBe(1);
  expect(await idsIn(store, ours, space())).toEqual(['a']);
  expect(await store.get(ours, space(), ['a', 'b'])).toMatchObject([{ text: 'ours' }]);
  for (const filter of [
    undefined,
    { secret: { exists: true } },
    { secret: { ne: 'ours' } },
    { not: { secret: 'ours' } },
  ]) {
    const query = { topK: 10, ...(filter && { filter: filter as Filter }) };
    const { hits } = await store.query(ours, space(), X_AXIS, query);
    expect(hits.filter(({ text }) => text !== 'ours')).toEqual([]);
  }
  expect(await store.count(ours, space(), { secret: 'theirs' })).toBe(0);
  expect((await store.spaces(ours)).length).toBe(1);
}

/** Whether it is refused with an error that says so. */
async function refuses(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return false;
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/^AQF_(ARGUMENT_INVALID|SCOPE_MISSING)$/);
    return true;
  }
}

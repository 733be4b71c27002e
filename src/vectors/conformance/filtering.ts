import { beforeAll, expect, test } from 'vitest';
import { compileFilter, type Filter, type FilterCondition } from '../../filters/index.js';
import type { TenantContext } from '../../relational/index.js';
import type { VectorMetadata } from '../store.js';
import { dice, type Opened, recordsWith, space, X_AXIS } from './fixture.js';

const LONG = 'long '.repeat(400);
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'A',
  'é',
  'z',
  '\ufb01',
  '🦊',
  '🦊a',
  '1',
  'true',
  "it's",
  '"',
  '%',
  '_',
  '2025-01-31',
  LONG,
];
const NUMBERS = [0, 1, -1, 1.5, 2, 1e-7, -3e10, 2 ** 53, 1e20];
const KEYS = ['text', 'number', 'flag', 'tags', 'mixed', 'odd key.$', 'quote\'"', 'length', 'ключ'];

const OPERATORS = ['eq', 'ne', 'in', 'nin', 'gt', 'gte', 'lt', 'lte', 'contains', 'exists'] as const;
const RANDOM_FILTERS = 60;

/** Each operator on values of each type, against what `matches` says of the same metadata. */
export function filteringTests(opened: () => Opened): void {
  const metadatas = madeMetadatas();
  let context: TenantContext;
  beforeAll(async () => {
    context = opened().tenant();
    await opened().store.upsert(context, space(), recordsWith(metadatas));
  });
  const matching = (filter: Filter) => {
    const matches = compileFilter(filter);
    return metadatas.flatMap((metadata, at) => (matches(metadata) ? String(at).padStart(4, '0') : []));
  };

  async function expectAgreement(filter: Filter): Promise<void> {
    const { store } = opened();
    const expected = matching(filter);
    const what = JSON.stringify(filter).slice(0, 300);
    expect(await store.count(context, space(), filter), what).toBe(expected.length);
    const { hits } = await store.query(context, space(), X_AXIS, { topK: 10, filter });
    expect(
      hits.map(({ id }) => id),
      what,
    ).toEqual(expected.slice(0, 10));
  }

  test.each(OPERATORS)('agrees with the meaning of %s', async (operator) => {
    for (const filter of filtersWith(operator)) await expectAgreement(filter);
  });

  test.each(OPERATORS)('agrees with the meaning of not … %s', async (operator) => {
    for (const filter of filtersWith(operator).filter((_, at) => at % 3 === 0))
      await expectAgreement({ not: filter });
  });

  test('agrees on and, or and not, one in another', async () => {
    const next = dice(99);
    for (let at = 0; at < RANDOM_FILTERS; at++) await expectAgreement(randomFilter(next, 3));
  });

  test('agrees on several conditions of one key, and several keys', async () => {
    await expectAgreement({ number: { gte: 0, lt: 2 } });
    await expectAgreement({ number: { gt: 0, ne: 1 }, text: { exists: true }, flag: true });
    await expectAgreement({ text: { gte: 'a', lte: 'b', nin: ['ab'] } });
  });

  test('agrees on long lists of values', async () => {
    const values = Array.from({ length: 900 }, (_, at) => `value ${at}`);
    await expectAgreement({ text: { in: [...values, 'a'] } });
    await expectAgreement({ text: { nin: [...values, 'a'] } });
    await expectAgreement({ text: { in: [] } });
    await expectAgreement({ text: { nin: [] } });
  });

  test('takes an empty filter as none', async () => {
    await expectAgreement({});
  });

  test('deletes what a filter matches, and nothing else', async () => {
    const { store, tenant } = opened();
    for (const filter of [
      { text: 'a' },
      { text: { contains: 'a' } },
      { not: { number: { gt: 0 } } },
    ] as Filter[]) {
      const own = tenant();
      await store.upsert(own, space(), recordsWith(metadatas));
      const gone = matching(filter);
      expect(await store.delete(own, space(), { filter })).toBe(gone.length);
      expect(await store.count(own, space())).toBe(metadatas.length - gone.length);
      expect(await store.count(own, space(), filter)).toBe(0);
    }
  });

  test.each([
    { a: { $eq: 1 } },
    { a: { $where: '1 = 1' } },
    { $where: { eq2: 1 } },
    { a: null },
    { a: {} },
    { a: [1] },
    { and: {} },
    { or: [] },
    { not: [] },
    { a: { eq: { b: 1 } } },
    { a: { gt: true } },
    { a: { eq: Number.NaN } },
    { '': 1 },
    'a = 1',
    { and: [{ a: { in: 'abc' } }] },
    nested(40),
  ])('refuses what is no filter: %j', async (filter) => {
    const { store } = opened();
    const given = filter as unknown as Filter;
    const refusal = { code: 'AQF_ARGUMENT_INVALID' };
    await expect(store.count(context, space(), given)).rejects.toMatchObject(refusal);
    await expect(store.query(context, space(), X_AXIS, { topK: 1, filter: given })).rejects.toMatchObject(
      refusal,
    );
    await expect(store.delete(context, space(), { filter: given })).rejects.toMatchObject(refusal);
  });
}

/** Every kind of value under every key, missing keys too. */
function madeMetadatas(): VectorMetadata[] {
  const next = dice(3);
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  const value = (key: string): VectorMetadata[string] => {
    if (key === 'number') return pick(NUMBERS);
    if (key === 'flag') return next() < 0.5;
    if (key === 'tags') return Array.from({ length: Math.floor(next() * 4) }, () => pick(TEXTS));
    if (key !== 'mixed') return pick(TEXTS);
    return pick<VectorMetadata[string]>([null, 1, '1', true, 'true', ['1', 'true'], [], 'a', 0, false]);
  };
  return Array.from({ length: 90 }, () =>
    Object.fromEntries(KEYS.flatMap((key) => (next() < 0.75 ? [[key, value(key)] as const] : []))),
  );
}

function filtersWith(operator: (typeof OPERATORS)[number]): Filter[] {
  return operandsOf(operator)
    .flatMap((operand) =>
      KEYS.filter((key) => key !== 'length' || operand === 'a').map(
        (key): Filter => ({ [key]: { [operator]: operand } as FilterCondition }),
      ),
    )
    .filter((_, at) => at % 7 === 0);
}

function operandsOf(operator: (typeof OPERATORS)[number]): readonly unknown[] {
  if (operator === 'exists') return [true, false, true, false];
  if (operator === 'contains') return TEXTS;
  if (operator === 'in' || operator === 'nin')
    return [['a', 1], [true], [0, '1', 'é'], [LONG, '🦊'], [-1, 1.5]];
  if (operator === 'eq' || operator === 'ne') return [...TEXTS, ...NUMBERS, true, false];
  return [...TEXTS, ...NUMBERS];
}

function randomFilter(next: () => number, depth: number): Filter {
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  const roll = depth === 0 ? 1 : next();
  const some = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => randomFilter(next, depth - 1));
  if (roll < 0.25) return { and: some() };
  if (roll < 0.5) return { or: some() };
  if (roll < 0.65) return { not: randomFilter(next, depth - 1) };
  const operator = pick(OPERATORS);
  return { [pick(KEYS)]: { [operator]: pick(operandsOf(operator)) } as FilterCondition };
}

function nested(depth: number): unknown {
  return depth === 0 ? { a: 1 } : { not: nested(depth - 1) };
}

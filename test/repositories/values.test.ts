import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreateOf, RowOf } from '../../src/entities/index.js';
import { samples, settings } from '../entities/schema.js';
import { withEntities } from './fixture.js';

type Sample = Omit<RowOf<typeof samples>, 'id' | 'tenantId'>;

const FULL: Sample = {
  name: 'Ünïcode 🦊 \\ "quoted" {NULL,}',
  small: -32_767,
  big: 9_223_372_036_854_775_807n,
  count: Number.MAX_SAFE_INTEGER,
  price: '12345678901234567890.1234567890',
  ratio: 0.125,
  single: 1.5,
  double: 0.1 + 0.2,
  flag: false,
  day: '2024-02-29',
  dayDate: new Date('2024-02-29T00:00:00Z'),
  clock: '23:59:58.123456',
  at: new Date('2024-03-31T01:30:00.123Z'),
  atText: '2024-03-31 01:30:00.123456+00',
  wall: new Date('1999-12-31T23:59:59.999Z'),
  wallText: '1999-12-31 23:59:59.999',
  span: '1 year 2 mons 3 days 04:05:06',
  data: { text: '123', nested: [1, null, { deep: true }], empty: '' },
  mood: 'it\'s "odd"',
  tags: ['a', 'NULL', '', 'with "quotes" and \\', '{,}', ' '],
  numbers: [1, -2, 3],
  bigs: [1n, -9_223_372_036_854_775_807n],
  prices: ['0.1', '123456789012345678901234567890.5'],
  moments: [new Date('2024-01-01T00:00:00.5Z')],
  ids: ['00000000-0000-4000-8000-000000000001'],
  moods: ['wild', 'it\'s "odd"'],
  embedding: [0.5, -1, 2.25],
};

const EMPTY: Sample = Object.fromEntries(Object.keys(FULL).map((name) => [name, null])) as unknown as Sample;
const HOLES = {
  tags: [null, 'x', null],
  numbers: [],
  bigs: [null],
  prices: [null, '1'],
  moments: [null],
  moods: [null, 'calm'],
} as unknown as CreateOf<typeof samples>;
const JSON_VALUES = ['123', '', 'null', 'true', '{"a":1}', 0, false, true, [], {}, ['1'], 1e20, 'é\u2028'];

await withEntities(({ session }) => {
  const rowsOf = (values: readonly CreateOf<typeof samples>[]) => {
    const repository = session().repository(samples);
    return {
      repository,
      one: () => Promise.all(values.map((value) => repository.create(value))),
      many: () => repository.createMany(values),
    };
  };

  test.each(['one', 'many'] as const)(
    'every kind of value is read as it was written, by create %s',
    async (how) => {
      const given = [FULL, EMPTY, HOLES, FULL];
      const { repository, ...write } = rowsOf(given);
      const rows = await write[how]();
      rows.forEach((row, index) => {
        expect(row).toMatchObject(given[index] as object);
      });
      const read = await Promise.all(rows.map(({ id }) => repository.findById(id)));
      expect(read).toEqual(rows);
      const inOrder = rows.toSorted((a, b) => a.id - b.id);
      expect((await repository.findMany({ orderBy: { id: 'asc' } })).rows).toEqual(inOrder);
    },
  );

  test('an update writes every kind of value', async () => {
    const repository = session().repository(samples);
    const { id } = await repository.create({});
    expect(await repository.update(id, FULL)).toMatchObject(FULL);
    expect(await repository.update(id, EMPTY)).toMatchObject(EMPTY);
  });

  test('a row without values has its defaults', async () => {
    const row = await session().repository(samples).create({});
    expect(row).toMatchObject({ ...EMPTY, flag: true, mood: 'calm', id: expect.any(Number) });
  });

  test.each(JSON_VALUES)('JSON %j stays what it is', async (value) => {
    const repository = session().repository(settings);
    expect((await repository.create({ name: 'one', value })).value).toEqual(value);
    expect(
      (
        await repository.createMany([
          { name: 'two', value },
          { name: 'three', value },
        ])
      )[1]?.value,
    ).toEqual(value);
    expect((await repository.findById('one'))?.value).toEqual(value);
  });

  test('every field that has an order can be paged by and asked for', async () => {
    const repository = session().repository(samples);
    await repository.createMany([FULL, EMPTY, FULL, EMPTY]);
    const ordered = [
      'big',
      'count',
      'price',
      'ratio',
      'single',
      'double',
      'flag',
      'day',
      'dayDate',
      'clock',
      'at',
      'atText',
      'wall',
      'wallText',
      'span',
      'mood',
    ] as const;
    for (const field of ordered) {
      const ids: number[] = [];
      let after: string | undefined;
      do {
        const page = await repository.findMany({
          orderBy: { [field]: 'desc' },
          limit: 1,
          ...(after && { after }),
        });
        ids.push(...page.rows.map(({ id }) => id));
        after = page.nextCursor;
      } while (after);
      expect(new Set(ids).size, field).toBe(4);
      expect(await repository.count({ where: { [field]: FULL[field] } }), field).toBe(
        field === 'single' ? 2 : 2,
      );
      expect(await repository.count({ where: { [field]: { in: [FULL[field]] } } as never }), field).toBe(2);
    }
    expect(await repository.count({ where: { tags: { has: '{,}' } } })).toBe(2);
    expect(await repository.count({ where: { bigs: { has: 1n } } })).toBe(2);
    expect(await repository.count({ where: { data: null } })).toBe(2);
  });

  test('any text is found again by itself, its beginning, its end and its middle', async () => {
    const repository = session().repository(settings);
    let at = 0;
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((value) => value.isWellFormed() && !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const name = `${at++}${value}`;
        const [row] =
          at % 2 === 0
            ? await repository.createMany([{ name }, { name: `${name}.` }])
            : [await repository.create({ name })];
        expect(row?.name).toBe(name);
        for (const where of [name, { in: [name, 'x'] }, { startsWith: name }, { contains: name }]) {
          expect(await repository.exists({ where: { name: where } })).toBe(true);
        }
        expect(await repository.findById(name)).toMatchObject({ name });
      }),
      { numRuns: 30 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prismaAdapter } from '../../src/guests/prisma/index.js';
import { Prisma, PrismaClient } from './kinds/generated/client.js';
import { describeOnEachLayer, type OpenedLayer } from './layers.js';

const KINDS_SQL = readFileSync(new URL('./kinds/kinds.sql', import.meta.url), 'utf8');
const CODE = '018f4e7e-5d2a-7cc1-8d1b-0242ac120002';

const FULL = {
  name: 'O\'Brien \\ "é" 🦊 $1',
  letter: 'abc',
  code: CODE,
  markup: '<a b="c">d</a>',
  address: '10.0.0.1/8',
  bits: '101',
  small: -32768,
  big: -(2n ** 63n),
  oid: 42,
  real: 1.5,
  double: -0.1,
  amount: new Prisma.Decimal('12345678901234567890.0123456789'),
  price: new Prisma.Decimal('1234567.89'),
  flag: false,
  day: new Date('2024-02-29T00:00:00Z'),
  clock: new Date('1970-01-01T23:59:59.123Z'),
  clockZone: new Date('1970-01-01T00:00:00.001Z'),
  moment: new Date('2024-03-31T01:30:00.123Z'),
  momentZone: new Date('2024-03-31T01:30:00.123Z'),
  plain: { b: 1, a: [null, 'x'] },
  binary: 'only text',
  bytes: new Uint8Array([0, 1, 92, 255]),
  mood: 'cross' as const,
  names: ['a,b', '"q"', '\\', '{}', 'NULL', ''],
  smalls: [1, -2],
  bigs: [2n ** 62n, 0n],
  doubles: [0.5, -1e300],
  amounts: [new Prisma.Decimal('0.1000000001'), new Prisma.Decimal('-99')],
  flags: [true, false],
  days: [new Date('1999-12-31T00:00:00Z')],
  moments: [new Date('2024-03-31T02:30:00.5Z'), new Date('2024-10-27T02:30:00Z')],
  momentZones: [new Date('2024-03-31T02:30:00.5Z')],
  binaries: [{ a: 1 }, 'text', 3, [1, [2]]],
  bytesList: [new Uint8Array([1, 2]), new Uint8Array([])],
  codes: [CODE],
  moods: ['calm' as const, 'cross' as const],
};
const EMPTY = { names: [], smalls: [] };

await describeOnEachLayer('values of every kind of column', (open, kind) => {
  let opened: OpenedLayer;
  let prisma: PrismaClient;
  let url: string | undefined;
  beforeAll(async () => {
    opened = await open(KINDS_SQL);
    url = opened.url;
    prisma = new PrismaClient({ adapter: prismaAdapter(opened.layer.scope({ tenantId: 'acme' })) });
  });
  afterAll(async () => {
    await prisma?.$disconnect();
    await opened?.dispose();
  });

  test('come back as they were written', async () => {
    const { id } = await prisma.kind.create({ data: FULL });
    const found = await prisma.kind.findUniqueOrThrow({ where: { id } });
    expect(found).toEqual({ ...FULL, id, tenantId: 'acme' });
  });

  test('may be absent', async () => {
    const { id } = await prisma.kind.create({ data: EMPTY });
    const { tenantId, id: same, ...values } = await prisma.kind.findUniqueOrThrow({ where: { id } });
    expect([same, tenantId]).toEqual([id, 'acme']);
    for (const [name, value] of Object.entries(values)) {
      expect(Array.isArray(value) ? value : [value ?? undefined], name).toEqual(
        Array.isArray(value) ? [] : [undefined],
      );
    }
  });

  test('are found by what they are', async () => {
    await prisma.kind.deleteMany();
    await prisma.kind.create({ data: FULL });
    const { names, plain, binaries, markup, ...rest } = FULL;
    for (const [name, value] of Object.entries(rest)) {
      const where =
        Array.isArray(value) || name === 'binary' ? { [name]: { equals: value } } : { [name]: value };
      if (name === 'price') continue; // PostgreSQL does not compare money with the decimal that Prisma sends.
      expect(await prisma.kind.count({ where: where as Prisma.KindWhereInput }), name).toBe(1);
    }
    expect(await prisma.kind.count({ where: { names: { has: names[0] ?? '' } } })).toBe(1);
    expect(await prisma.kind.count({ where: { binary: { equals: Prisma.DbNull } } })).toBe(0);
  });

  describe.skipIf(kind === 'embedded')('beside Prisma’s own adapter', () => {
    test('are the same, through models and raw', async () => {
      await prisma.kind.deleteMany();
      await prisma.kind.create({ data: { ...FULL, price: '1.5' } }); // Prisma's own fails at 1,000.00.
      const bare = new PrismaClient({ adapter: new PrismaPg({ connectionString: url ?? '' }) });
      const order = { orderBy: { id: 'asc' } } as const;
      const all = Prisma.sql`select * from kinds order by id`;
      try {
        expect(await prisma.kind.findMany(order)).toEqual(await bare.kind.findMany(order));
        expect(await prisma.$queryRaw(all)).toEqual(await bare.$queryRaw(all));
      } finally {
        await bare.$disconnect();
      }
    });
  });
});

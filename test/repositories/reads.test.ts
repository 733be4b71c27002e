import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { RowOf } from '../../src/entities/index.js';
import { type Repository, Session } from '../../src/repositories/index.js';
import type { Direction, OrderBy, Where } from '../../src/repositories/types.js';
import { onBothDatabases } from '../entities/databases.js';
import { conversations, messages, threads, users } from '../entities/schema.js';
import { counting, makeConversations, makeUser, withEntities } from './fixture.js';

type Conversation = RowOf<typeof conversations>;

await withEntities(({ session, provider, ciphers }) => {
  const SCORES = [5, null, 3, 3, null, 8, 0, 3, 5, 12];
  let mine: Session;
  let repository: Repository<typeof conversations>;
  let all: Conversation[];
  beforeAll(async () => {
    mine = session();
    all = await makeConversations(mine, SCORES);
    repository = mine.repository(conversations);
    await repository.update(all[0]?.id ?? '', { title: '100% of _this_ \\ "Q"', starred: true });
    all = (await repository.findMany()).rows;
  });

  const titles = async (where: Where<typeof conversations>) =>
    (await repository.findMany({ where, orderBy: { title: 'asc' } })).rows.map(({ title }) => title);

  test.each<[string, Where<typeof conversations>, (row: Conversation) => boolean]>([
    ['a value', { score: 3 }, ({ score }) => score === 3],
    ['eq', { score: { eq: 3 } }, ({ score }) => score === 3],
    ['null', { score: null }, ({ score }) => score === null],
    ['not, which null is too', { score: { not: 3 } }, ({ score }) => score !== 3],
    ['not null', { score: { not: null } }, ({ score }) => score !== null],
    ['bounds', { score: { gt: 0, lte: 5 } }, ({ score }) => score !== null && score > 0 && score <= 5],
    ['gte and lt', { score: { gte: 3, lt: 8 } }, ({ score }) => score !== null && score >= 3 && score < 8],
    ['in', { score: { in: [0, 12] } }, ({ score }) => score === 0 || score === 12],
    ['in nothing', { score: { in: [] } }, () => false],
    ['notIn, which null is too', { score: { notIn: [3, 5] } }, ({ score }) => score !== 3 && score !== 5],
    ['notIn nothing', { score: { notIn: [] } }, () => true],
    ['a boolean', { starred: true }, ({ starred }) => starred],
    ['contains', { title: { contains: '% of _' } }, ({ title }) => title.includes('% of _')],
    ['startsWith', { title: { startsWith: 'c00' } }, ({ title }) => title.startsWith('c00')],
    ['endsWith', { title: { endsWith: '"Q"' } }, ({ title }) => title.endsWith('"Q"')],
    ['a backslash', { title: { contains: '\\' } }, ({ title }) => title.includes('\\')],
    ['a wildcard, which is none', { title: { contains: 'c_0' } }, () => false],
    ['contains by its case', { title: { contains: 'OF' } }, () => false],
    [
      'contains in any case',
      { title: { icontains: 'OF _THIS_' } },
      ({ title }) => title.includes('of _this_'),
    ],
    ['or', { or: [{ score: 0 }, { score: null }] }, ({ score }) => score === 0 || score === null],
    ['or of nothing', { or: [] }, () => false],
    ['and', { and: [{ score: 5 }, { starred: false }] }, ({ score, starred }) => score === 5 && !starred],
    ['and of nothing', { and: [] }, () => true],
    [
      'not of a filter, also where that is unknown',
      { not: { score: { gt: 3 } } },
      ({ score }) => !(score !== null && score > 3),
    ],
    [
      'many at once',
      { score: 3, or: [{ title: 'c0002' }, { title: 'c0003' }] },
      ({ title }) => /c000[23]/.test(title),
    ],
    ['nothing', {}, () => true],
  ])('finds by %s', async (_, where, fits) => {
    const expected = all.filter(fits).map(({ title }) => title);
    expect(await titles(where)).toEqual(expected.sort((a, b) => (a < b ? -1 : 1)));
    expect(await repository.count({ where })).toBe(expected.length);
    expect(await repository.exists({ where })).toBe(expected.length > 0);
  });

  test('a moment is found by a Date and by the text of one', async () => {
    const at = all[3]?.createdAt ?? new Date();
    const after = new Date(at.getTime() + 3_600_000);
    expect(await repository.count({ where: { createdAt: { lt: after } } })).toBe(SCORES.length);
    expect(await repository.count({ where: { createdAt: { gt: after.toISOString() as never } } })).toBe(0);
  });

  test('only the fields that are selected are read', async () => {
    const { rows } = await repository.findMany({ select: ['title', 'score'], limit: 1 });
    expect(Object.keys(rows[0] ?? {})).toEqual(['title', 'score']);
    const one = await repository.findById(all[0]?.id ?? '', { select: ['createdAt'] });
    expect(one).toEqual({ createdAt: all[0]?.createdAt });
  });

  test('findOne gives the first of the order, or undefined', async () => {
    expect(
      await repository.findOne({ where: { score: { not: null } }, orderBy: { score: 'desc' } }),
    ).toMatchObject({ score: 12 });
    expect(await repository.findOne({ where: { score: 99 } })).toBeUndefined();
  });

  const readAll = async (
    orderBy: OrderBy<typeof conversations>,
    limit: number,
    where: Where<typeof conversations> = {},
  ) => {
    const rows: Conversation[] = [];
    let after: string | undefined;
    do {
      const page = await repository.findMany({
        orderBy,
        limit,
        where,
        ...(after !== undefined && { after }),
      });
      expect(page.rows.length).toBeLessThanOrEqual(limit);
      rows.push(...page.rows);
      after = page.nextCursor;
    } while (after !== undefined);
    return rows;
  };

  const directions: Direction[] = [
    'asc',
    'desc',
    'asc nulls first',
    'asc nulls last',
    'desc nulls first',
    'desc nulls last',
  ];
  const anyOrder = fc
    .uniqueArray(
      fc.tuple(
        fc.constantFrom('score', 'title', 'createdAt', 'starred', 'id', 'deletedAt', 'createdBy'),
        fc.constantFrom(...directions),
      ),
      { selector: ([field]) => field, maxLength: 4 },
    )
    .map((terms) => Object.fromEntries(terms) as OrderBy<typeof conversations>);

  test('pages of any size in any order hold the rows of one large page, each once', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrder, fc.integer({ min: 1, max: 4 }), async (orderBy, limit) => {
        const whole = (await repository.findMany({ orderBy })).rows;
        expect(whole).toHaveLength(SCORES.length);
        expect(await readAll(orderBy, limit)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  test('pages go on where they stopped when rows come and go in between', async () => {
    const other = session();
    await makeConversations(other, [1, 1, 1, 1, 1, 1]);
    const own = other.repository(conversations);
    const first = await own.findMany({ orderBy: { createdAt: 'asc' }, limit: 3 });
    await own.delete(first.rows[2]?.id ?? '');
    await own.create({ title: 'a new one', ownerId: first.rows[0]?.ownerId ?? '' });
    const { rows, nextCursor } = await own.findMany({
      orderBy: { createdAt: 'asc' },
      limit: 10,
      after: first.nextCursor ?? '',
    });
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)?.title).toBe('a new one');
    expect(nextCursor).toBeUndefined();
    const seen = new Set(first.rows.map(({ id }) => id));
    expect(rows.some(({ id }) => seen.has(id))).toBe(false);
  });

  test('a cursor fits its entity and order only, and a made-up one is refused', async () => {
    const { nextCursor = '' } = await repository.findMany({ orderBy: { score: 'desc' }, limit: 2 });
    const cursors = [
      '',
      'x',
      'null',
      nextCursor.slice(3),
      Buffer.from('["a", 1]').toString('base64url'),
      Buffer.from(
        JSON.stringify([JSON.parse(Buffer.from(nextCursor, 'base64url').toString())[0], null, null]),
      ).toString('base64url'),
      'x'.repeat(100_000),
      7 as never,
      null as never,
    ];
    for (const after of cursors) {
      await expect(repository.findMany({ orderBy: { score: 'desc' }, after })).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    }
    await expect(repository.findMany({ orderBy: { score: 'asc' }, after: nextCursor })).rejects.toMatchObject(
      { code: 'AQF_ARGUMENT_INVALID' },
    );
    await expect(mine.repository(users).findMany({ after: nextCursor })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });

  test('a cursor of another tenant leads to no row of it', async () => {
    const { nextCursor = '' } = await repository.findMany({ limit: 1 });
    expect((await session().repository(conversations).findMany({ after: nextCursor })).rows).toEqual([]);
  });

  test('a stream gives every row once, with a page in memory at a time', async () => {
    const counted = counting(provider());
    const own = new Session(counted.provider, { kind: 'tenant', tenantId: mine.tenantId }).repository(
      conversations,
    );
    const ids: string[] = [];
    for await (const { id } of own.stream({ batchSize: 4, orderBy: { score: 'asc' } })) {
      ids.push(id);
      expect(counted.calls()).toBe(Math.ceil(ids.length / 4));
    }
    expect(new Set(ids).size).toBe(SCORES.length);
    expect(ids).toHaveLength(SCORES.length);
  });

  test('a stream that is left early reads no further', async () => {
    const counted = counting(provider());
    const own = new Session(counted.provider, { kind: 'tenant', tenantId: mine.tenantId }).repository(
      conversations,
    );
    for await (const _ of own.stream({ batchSize: 2 })) break;
    expect(counted.calls()).toBe(1);
  });

  test('relations are read along, in one statement each, with a limit, filter and order a parent', async () => {
    const other = session();
    const ann = await makeUser(other, 'ann@acme.example');
    const bob = await makeUser(other, 'bob@acme.example');
    const made = await other.repository(conversations).createMany([
      { title: 'a', ownerId: ann.id },
      { title: 'b', ownerId: bob.id },
      { title: 'c', ownerId: ann.id },
    ]);
    await other.repository(messages).createMany(
      made.slice(0, 2).flatMap(({ id: conversationId }, index) =>
        [4, 2, 5, 1, 3].map((position) => ({
          conversationId,
          body: `${index}-${position}`,
          position,
          ...(position > 3 && { authorId: bob.id }),
        })),
      ),
    );
    const counted = counting(provider());
    const context = { kind: 'tenant', tenantId: other.tenantId } as const;
    const own = new Session(counted.provider, context, { ciphers: ciphers() }).repository(threads);
    await own.count();
    const before = counted.calls();
    const { rows } = await own.findMany({
      select: ['title'],
      orderBy: { title: 'asc' },
      include: {
        owner: { select: ['email'] },
        messages: {
          select: ['body'],
          where: { position: { gt: 1 } },
          orderBy: { position: 'desc' },
          limit: 3,
          include: { author: { select: ['email'] } },
        },
      },
    });
    // The keys of the tenant are looked up once by a cipher source of this process, before.
    expect(counted.calls() - before).toBe(4);
    const author = { email: 'bob@acme.example' };
    const bodies = (index: number) => [
      { body: `${index}-5`, author },
      { body: `${index}-4`, author },
      { body: `${index}-3`, author: null },
    ];
    expect(rows).toEqual([
      { title: 'a', owner: { email: 'ann@acme.example' }, messages: bodies(0) },
      { title: 'b', owner: { email: 'bob@acme.example' }, messages: bodies(1) },
      { title: 'c', owner: { email: 'ann@acme.example' }, messages: [] },
    ]);
    const one = await own.findById(made[0]?.id ?? '', { include: { owner: true, messages: { limit: 1 } } });
    expect(one).toMatchObject({ title: 'a', owner: { id: ann.id, email: 'ann@acme.example' } });
    expect(one?.messages).toHaveLength(1);
    expect(
      await other
        .repository(users)
        .findById(bob.id, { select: ['id'], include: { conversations: { select: ['title'] } } }),
    ).toEqual({
      id: bob.id,
      conversations: [{ title: 'b' }],
    });
  });

  test('deleted rows, and what they refer to, are read when they are asked for', async () => {
    const other = session();
    const ann = await makeUser(other);
    const [row] = await other.repository(conversations).createMany([{ title: 'a', ownerId: ann.id }]);
    const [message] = await other
      .repository(messages)
      .createMany([{ conversationId: row?.id ?? '', body: 'x', position: 1 }]);
    await other.repository(conversations).delete(row?.id ?? '');
    const repo = other.repository(messages);
    expect(await repo.findById(message?.id ?? '')).toBeUndefined();
    expect(
      await repo.findById(message?.id ?? '', {
        select: ['body'],
        include: { conversation: { select: ['title'] } },
        includeDeleted: true,
      }),
    ).toEqual({ body: 'x', conversation: { title: 'a' } });
  });
}, onBothDatabases);

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { isAquiferError } from '../../src/errors/index.js';
import { REPOSITORY_LIMITS, type Repository, Session } from '../../src/repositories/index.js';
import { onBothDatabases } from '../entities/databases.js';
import { conversations, messages, samples, settings, threads } from '../entities/schema.js';
import { HOSTILE_TEXTS, WRONG_KINDS } from '../support/hostile-values.js';
import { makeConversations, withEntities } from './fixture.js';

/** What callers without types, and parsed JSON, bring. */
const loose = (value: unknown) => value as never;

await withEntities(({ session, provider }) => {
  test.each([...HOSTILE_TEXTS, ...WRONG_KINDS].map((value, index) => [index, value]))(
    'no key of odd content finds, changes or breaks anything (%i)',
    async (_, value) => {
      const mine = session();
      const [row] = await makeConversations(mine, [1]);
      const repositories = [
        { repository: mine.repository(conversations), patch: { title: 'x' } },
        { repository: mine.repository(samples), patch: { name: 'x' } },
        { repository: mine.repository(settings), patch: { value: 1 } },
      ] as unknown as { repository: Repository<typeof conversations>; patch: never }[];
      for (const { repository, patch } of repositories) {
        const key = loose(value);
        expect(await repository.findById(key)).toBeUndefined();
        expect(await repository.findById(key, { select: [repository.entity.key] })).toBeUndefined();
        const attempts = [
          () => repository.delete(key),
          () => repository.hardDelete(key),
          () => repository.update(key, patch),
        ];
        for (const attempt of attempts) {
          await expect(attempt()).rejects.toMatchObject({ code: 'AQF_ROW_NOT_FOUND' });
        }
      }
      expect(await mine.repository(conversations).findById(row?.id ?? '')).toEqual(row);
    },
  );

  test.each(
    [...HOSTILE_TEXTS, 'id"; drop table app.users; --', 'title', 'deleted_at', '"title"'].map((name) => [
      name,
    ]),
  )('no name of odd content becomes part of a statement: %j', async (name) => {
    const repository = session().repository(conversations);
    const unknown = ['AQF_FIELD_UNKNOWN', 'AQF_ARGUMENT_INVALID'];
    const attempts = [
      () => repository.findMany({ where: loose(Object.fromEntries([[name, 'x']])) }),
      () => repository.findMany({ where: { title: loose(Object.fromEntries([[name, 'x']])) } }),
      () => repository.findMany({ orderBy: loose(Object.fromEntries([[name, 'up']])) }),
      () => repository.findMany({ orderBy: { title: loose(name) } }),
      () => repository.findMany({ select: loose([`${name}.`]) }),
      () => repository.findMany({ include: loose(Object.fromEntries([[name, true]])) }),
      () => repository.findMany(loose(Object.fromEntries([[name, true]]))),
      () => repository.upsert(loose({ title: 'x' }), { on: loose([`${name}.`]) }),
    ];
    if (name !== 'title')
      attempts.push(() =>
        repository.create(
          loose(
            Object.fromEntries([
              [name, 'x'],
              ['title', 'x'],
              ['ownerId', randomUUID()],
            ]),
          ),
        ),
      );
    const [, , ...rest] = attempts;
    for (const attempt of name === 'title' ? rest : attempts) {
      const error = await attempt().catch((caught: unknown) => caught);
      expect(isAquiferError(error) ? error.code : error).toBeOneOf(
        name === '__proto__' ? [...unknown, error] : unknown,
      );
    }
  });

  test.each(WRONG_KINDS.map((value, index) => [index, value]))(
    'no argument of a wrong kind gets through (%i)',
    async (_, value) => {
      const repository = session().repository(threads);
      const isEmpty =
        typeof value === 'object' &&
        value !== null &&
        Object.getPrototypeOf(value) !== Map.prototype &&
        Object.keys(value).length === 0;
      const attempts: (() => Promise<unknown>)[] = [
        () => repository.findMany({ limit: loose(value === undefined ? 0 : value) }),
        () => repository.findMany({ select: loose(value === undefined ? null : value) }),
        () => repository.findMany({ where: { title: loose(value ?? 0) } }),
        () => repository.findMany({ where: { title: { contains: loose(value) } } }),
        () =>
          repository.findMany({ where: { score: { in: loose(Array.isArray(value) ? [value] : value) } } }),
        () => repository.findMany({ where: { or: loose(Array.isArray(value) ? [value] : value) } }),
        () => repository.createMany(loose(Array.isArray(value) ? [value] : value)),
        () => repository.create(loose(value)),
        () => repository.updateMany(loose(value), { title: 'x' }),
        () => repository.updateMany({ title: 'x' }, loose(value)),
        () => repository.update(randomUUID(), loose(value)),
        () =>
          repository.update(
            randomUUID(),
            { title: 'x' },
            {
              revision: loose(
                value === undefined
                  ? null
                  : typeof value === 'number' && Number.isSafeInteger(value)
                    ? 0.5
                    : value,
              ),
            },
          ),
      ];
      if (!isEmpty && value !== undefined) {
        attempts.push(
          () => repository.findMany(loose(value)),
          () => repository.findMany({ where: loose(value) }),
          () => repository.findMany({ orderBy: loose(value) }),
          () => repository.findMany({ include: loose(value) }),
          () => repository.findMany({ include: { messages: loose(value === true ? 'yes' : value) } }),
        );
      }
      for (const [index, attempt] of attempts.entries()) {
        const error = await attempt().catch((caught: unknown) => caught);
        expect(isAquiferError(error) && error.status, `attempt ${index}: ${String(error)}`).toBeOneOf([
          400, 404, 422,
        ]);
      }
    },
  );

  test('text that PostgreSQL cannot hold is refused, never changed', async () => {
    const repository = session().repository(settings);
    for (const name of ['nul \u0000', 'half \ud800']) {
      await expect(repository.create({ name })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      await expect(repository.create({ name: 'fine', value: { name } })).rejects.toMatchObject({
        code: 'AQF_VALUE_INVALID',
      });
    }
  });

  test('every limit holds', async () => {
    const repository = session().repository(conversations);
    const deep = (depth: number): object => (depth === 0 ? { title: 'x' } : { and: [deep(depth - 1)] });
    const attempts = [
      () => repository.findMany({ limit: REPOSITORY_LIMITS.page + 1 }),
      () => repository.findMany({ where: { score: { in: Array(REPOSITORY_LIMITS.list + 1).fill(1) } } }),
      () => repository.findMany({ where: deep(REPOSITORY_LIMITS.filterDepth) }),
      () =>
        repository.findMany({ where: { or: Array(REPOSITORY_LIMITS.conditions + 1).fill({ title: 'x' }) } }),
      () => repository.createMany(Array(REPOSITORY_LIMITS.createMany + 1).fill({})),
      () =>
        repository.findMany({
          orderBy: loose(Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, 'asc']))),
        }),
      () =>
        repository.findMany({
          include: loose({ owner: { include: { a: { include: { b: { include: { c: {} } } } } } } }),
        }),
    ];
    for (const attempt of attempts) {
      const error = await attempt().catch((caught: unknown) => caught);
      expect(isAquiferError(error) && error.status).toBe(400);
    }
    const fits = { where: deep(REPOSITORY_LIMITS.filterDepth - 1) };
    expect((await repository.findMany(fits)).rows).toEqual([]);
  });

  test('an include that could bring too many rows is refused', async () => {
    const mine = session();
    await makeConversations(mine, Array(101).fill(1));
    const repository = mine.repository(threads);
    await expect(
      repository.findMany({ limit: 101, include: { messages: { limit: 1000 } } }),
    ).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    expect(
      (await repository.findMany({ limit: 101, include: { messages: { limit: 900 } } })).rows,
    ).toHaveLength(101);
  });

  test('what traits keep cannot be written', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    const repository = mine.repository(conversations);
    for (const field of [
      'tenantId',
      'revision',
      'deletedAt',
      'createdBy',
      'updatedAt',
      'embeddingExpiredAt',
    ]) {
      await expect(
        repository.create(loose({ title: 'x', ownerId: row?.ownerId, [field]: 'x' })),
      ).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      await expect(repository.update(row?.id ?? '', loose({ [field]: 'x' }))).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    }
    await expect(repository.update(row?.id ?? '', loose({ id: randomUUID() }))).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    await expect(repository.create(loose({ title: 'x', emailBlind: 'x' }))).rejects.toMatchObject({
      code: 'AQF_FIELD_UNKNOWN',
    });
    await expect(mine.repository(messages).findMany({ select: loose(['emailBlind']) })).rejects.toMatchObject(
      { code: 'AQF_FIELD_UNKNOWN' },
    );
  });

  test('a session without a tenant is an error everywhere', async () => {
    const repository = new Session(provider(), { kind: 'tenant', tenantId: '' }).repository(conversations);
    const attempts = [
      () => repository.findMany(),
      () => repository.findById(randomUUID()),
      () => repository.count(),
      () => repository.create({ title: 'x', ownerId: randomUUID() }),
      () => repository.update(randomUUID(), { title: 'x' }),
      () => repository.updateMany({ title: 'x' }, { title: 'y' }),
      () => repository.delete(randomUUID()),
      () => repository.hardDelete(randomUUID()),
      () => repository.restore(randomUUID()),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
  });
}, onBothDatabases);

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { conversations, messages, settings, users } from '../entities/schema.js';
import { codesOf, makeConversations, makeUser, withEntities } from './fixture.js';

await withEntities(({ session, provider }) => {
  test('a row that is created comes back whole, with what the database filled in', async () => {
    const mine = session({ actorId: 'ann' });
    const { id: ownerId } = await makeUser(mine);
    const repository = mine.repository(conversations);
    const created = await repository.create({ title: 'Plans', ownerId });
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenantId: mine.tenantId,
      title: 'Plans',
      ownerId,
      starred: false,
      score: null,
      deletedAt: null,
      deletedBy: null,
      revision: 1,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      createdBy: 'ann',
      updatedBy: 'ann',
      embeddingExpiredAt: expect.any(Date),
    });
    expect(await repository.findById(created.id)).toEqual(created);
    expect(await repository.findById(created.id.toUpperCase())).toEqual(created);
  });

  test('an update changes what it names, and the database keeps revision, time and actor', async () => {
    const mine = session({ actorId: 'ann' });
    const [row] = await makeConversations(mine, [1]);
    const other = session({ tenantId: mine.tenantId, actorId: 'bob' }).repository(conversations);
    const updated = await other.update(row?.id ?? '', { score: 2, starred: true });
    expect(updated).toMatchObject({
      score: 2,
      starred: true,
      title: 'c0000',
      revision: 2,
      createdBy: 'ann',
      updatedBy: 'bob',
    });
    expect(updated.updatedAt.getTime()).toBeGreaterThanOrEqual(updated.createdAt.getTime());
  });

  test('an update of a row that someone changed meanwhile is refused with the revision it is at', async () => {
    const repository = session().repository(conversations);
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    const id = row?.id ?? '';
    const own = mine.repository(conversations);
    await own.update(id, { score: 2 }, { revision: 1 });
    await expect(own.update(id, { score: 3 }, { revision: 1 })).rejects.toMatchObject({
      code: 'AQF_REVISION_CONFLICT',
      facts: { id, expected: 1, current: 2 },
    });
    await expect(own.delete(id, { revision: 1 })).rejects.toMatchObject({ code: 'AQF_REVISION_CONFLICT' });
    await expect(repository.update(id, { score: 3 }, { revision: 1 })).rejects.toMatchObject({
      code: 'AQF_ROW_NOT_FOUND',
    });
    expect(await own.findById(id)).toMatchObject({ score: 2, revision: 2 });
    await own.delete(id, { revision: 2 });
  });

  test('of writers that start from the same revision exactly one wins', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [0]);
    const repository = mine.repository(conversations);
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((score) => repository.update(row?.id ?? '', { score }, { revision: 1 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'AQF_REVISION_CONFLICT' });
    }
  });

  test('a deleted row is gone for reads and writes, and comes back whole', async () => {
    const mine = session({ actorId: 'ann' });
    const repository = mine.repository(conversations);
    const [row, other] = await makeConversations(mine, [1, 2]);
    const id = row?.id ?? '';
    await repository.delete(id);
    expect(await repository.findById(id)).toBeUndefined();
    expect(await repository.count()).toBe(1);
    expect(await repository.exists({ where: { id } })).toBe(false);
    const refused = await codesOf([
      repository.delete(id),
      repository.update(id, { score: 9 }),
      repository.restore(other?.id ?? ''),
    ]);
    expect(new Set(refused)).toEqual(new Set(['AQF_ROW_NOT_FOUND']));
    const deleted = await repository.findById(id, { includeDeleted: true });
    expect(deleted).toMatchObject({ deletedBy: 'ann', deletedAt: expect.any(Date) });
    expect(await repository.count({ includeDeleted: true })).toBe(2);
    expect(
      await repository.findMany({ where: { deletedAt: { not: null } }, includeDeleted: true }),
    ).toMatchObject({
      rows: [{ id }],
    });
    const restored = await repository.restore(id);
    expect(restored).toMatchObject({ id, score: 1, deletedAt: null, deletedBy: null });
    expect(await repository.count()).toBe(2);
  });

  test('a delete takes along what belongs to the row, and a restore brings exactly that back', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    const conversationId = row?.id ?? '';
    const body = mine.repository(messages);
    const [first] = await body.createMany([
      { conversationId, body: 'one', position: 1 },
      { conversationId, body: 'two', position: 2 },
    ]);
    await body.delete(first?.id ?? '');
    await mine.repository(conversations).delete(conversationId);
    expect(await body.count()).toBe(0);
    await mine.repository(conversations).restore(conversationId);
    expect((await body.findMany()).rows).toMatchObject([{ body: 'two' }]);
  });

  test('a row that is referred to cannot be deleted where the relation restricts', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    await expect(mine.repository(users).delete(row?.ownerId ?? '')).rejects.toMatchObject({
      code: 'AQF_FOREIGN_KEY_VIOLATION',
    });
  });

  test('a hard delete removes a row for good, deleted before or not', async () => {
    const mine = session();
    const repository = mine.repository(conversations);
    const [first, second] = await makeConversations(mine, [1, 2]);
    await repository.delete(first?.id ?? '');
    await repository.hardDelete(first?.id ?? '');
    await repository.hardDelete(second?.id ?? '');
    expect(await repository.count({ includeDeleted: true })).toBe(0);
    await expect(repository.hardDelete(first?.id ?? '')).rejects.toMatchObject({ code: 'AQF_ROW_NOT_FOUND' });
    const left = await provider().query(
      { kind: 'system', reason: 'test' },
      {
        text: 'select count(*)::integer as rows from app.conversations where tenant_id = $1',
        values: [mine.tenantId],
      },
    );
    expect(left.rows).toEqual([{ rows: 0 }]);
  });

  test('an entity without soft delete loses the row at once and cannot restore it', async () => {
    const repository = session().repository(settings);
    await repository.create({ name: 'theme', value: { dark: true } });
    await repository.delete('theme');
    expect(await repository.count({ includeDeleted: true })).toBe(0);
    await expect(repository.restore('theme')).rejects.toMatchObject({ code: 'AQF_NOT_SUPPORTED' });
  });

  test('many rows are created in one go and come back in their order, whatever columns each is given', async () => {
    const mine = session();
    const { id: ownerId } = await makeUser(mine);
    const repository = mine.repository(conversations);
    const given = Array.from({ length: 2500 }, (_, at) => ({
      title: `title ${at} "quoted" \\ {,} NULL`,
      ownerId,
      ...(at % 3 === 0 && { score: at }),
      ...(at % 7 === 0 && { starred: true, score: null }),
    }));
    const rows = await repository.createMany(given);
    expect(rows.map(({ title }) => title)).toEqual(given.map(({ title }) => title));
    expect(rows.map(({ score }) => score)).toEqual(given.map(({ score = null }) => score));
    expect(rows.map(({ starred }) => starred)).toEqual(given.map(({ starred = false }) => starred));
    expect(await repository.count()).toBe(2500);
    expect(await repository.createMany([])).toEqual([]);
  });

  test('of many rows all are created or none', async () => {
    const mine = session();
    const { id: ownerId } = await makeUser(mine);
    const repository = mine.repository(conversations);
    const given = Array.from({ length: 1500 }, (_, at) => ({
      title: at === 1400 ? 'title 3' : `title ${at}`,
      ownerId,
    }));
    await expect(repository.createMany(given)).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
    expect(await repository.count()).toBe(0);
  });

  test('an upsert creates a row, then changes it, by its key or another unique one', async () => {
    const mine = session();
    const repository = mine.repository(settings);
    expect(await repository.upsert({ name: 'theme', value: 1 })).toMatchObject({ value: 1 });
    expect(await repository.upsert({ name: 'theme', value: { dark: true } })).toMatchObject({
      value: { dark: true },
    });
    expect(await repository.count()).toBe(1);
    const [row] = await makeConversations(mine, [1]);
    const again = await mine
      .repository(conversations)
      .upsert({ title: 'c0000', ownerId: row?.ownerId ?? '', score: 5 }, { on: ['title'] });
    expect(again).toMatchObject({ id: row?.id, score: 5, revision: 2 });
  });

  test('an upsert does not touch a deleted row with its key, and says so', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    const repository = mine.repository(conversations);
    await repository.delete(row?.id ?? '');
    const upsert = repository.upsert({ title: 'c0000', ownerId: row?.ownerId ?? '' }, { on: ['title'] });
    await expect(upsert).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
    expect(await repository.findById(row?.id ?? '', { includeDeleted: true })).toMatchObject({
      score: 1,
      revision: 2,
    });
  });

  test('updateMany changes what fits and counts it', async () => {
    const mine = session();
    await makeConversations(mine, [1, 2, 3, null]);
    const repository = mine.repository(conversations);
    expect(await repository.updateMany({ score: { gte: 2 } }, { starred: true })).toBe(2);
    expect(await repository.count({ where: { starred: true } })).toBe(2);
    await expect(repository.updateMany({}, { starred: true })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });

  test('what breaks a constraint is an error of its own class', async () => {
    const mine = session();
    const repository = mine.repository(conversations);
    const [row] = await makeConversations(mine, [1]);
    const ownerId = row?.ownerId ?? '';
    await expect(repository.create({ title: 'c0000', ownerId })).rejects.toMatchObject({
      code: 'AQF_UNIQUE_VIOLATION',
      facts: { constraint: 'conversations_title' },
    });
    await expect(repository.create({ title: 'x', ownerId, score: -1 })).rejects.toMatchObject({
      code: 'AQF_CHECK_VIOLATION',
    });
    await expect(repository.create({ title: 'x', ownerId: randomUUID() })).rejects.toMatchObject({
      code: 'AQF_FOREIGN_KEY_VIOLATION',
    });
    await expect(repository.create({ title: 'x' } as never)).rejects.toMatchObject({
      code: 'AQF_NOT_NULL_VIOLATION',
    });
  });

  test('transactions commit together, undo together, and savepoints undo their part', async () => {
    const mine = session();
    const repository = mine.repository(settings);
    await mine.transaction(async (tx) => {
      await tx.repository(settings).create({ name: 'kept', value: 1 });
      await expect(
        tx.repository(settings).transaction(async (inner) => {
          await inner.create({ name: 'undone', value: 1 });
          await inner.create({ name: 'kept', value: 2 });
        }),
      ).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
      expect(await tx.repository(settings).findById('undone')).toBeUndefined();
      await tx.repository(settings).update('kept', { value: 3 });
    });
    expect((await repository.findMany()).rows).toMatchObject([{ name: 'kept', value: 3 }]);
    const failing = repository.transaction(async (inner) => {
      await inner.create({ name: 'lost', value: 1 });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await repository.exists({ where: { name: 'lost' } })).toBe(false);
  });

  test('within a transaction a delete, a look at deleted rows and a restore leave no flag behind', async () => {
    const mine = session();
    const [row, other] = await makeConversations(mine, [1, 2]);
    const id = row?.id ?? '';
    await mine.transaction(async (tx) => {
      const repository = tx.repository(conversations);
      await repository.delete(id);
      const [live, all, found] = await Promise.all([
        repository.count(),
        repository.count({ includeDeleted: true }),
        repository.findById(id),
      ]);
      expect({ live, all, found }).toEqual({ live: 1, all: 2, found: undefined });
      await repository.restore(id);
      await repository.hardDelete(id);
      await tx.query('delete from app.conversations where id = $1', [other?.id]);
      expect(await repository.count({ includeDeleted: true })).toBe(1);
    });
  });

  test('every change is in the ledger, whoever made it', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1]);
    const repository = mine.repository(conversations);
    await repository.update(row?.id ?? '', { score: 2 });
    await repository.delete(row?.id ?? '');
    await repository.restore(row?.id ?? '');
    await repository.hardDelete(row?.id ?? '');
    const { rows } = await mine.query('select operation from aquifer.changes where row_id = $1 order by id', [
      row?.id,
    ]);
    expect(rows.map(({ operation }) => operation)).toEqual([
      'insert',
      'update',
      'delete',
      'restore',
      'purge',
    ]);
  });

  test('a tenant neither reads nor changes nor learns of the rows of another', async () => {
    const mine = session();
    const rival = session();
    const [row] = await makeConversations(mine, [1]);
    const [own] = await makeConversations(rival, [1]);
    const id = row?.id ?? '';
    const repository = rival.repository(conversations);
    expect(await repository.findById(id)).toBeUndefined();
    expect((await repository.findMany({ where: { id } })).rows).toEqual([]);
    const refused = await codesOf([
      repository.update(id, { score: 9 }),
      repository.delete(id),
      repository.hardDelete(id),
      repository.restore(id),
    ]);
    expect(new Set(refused)).toEqual(new Set(['AQF_ROW_NOT_FOUND']));
    const upserted = await repository.upsert({ id, title: 'theirs', ownerId: own?.ownerId ?? '' });
    expect(upserted).toMatchObject({ id, tenantId: rival.tenantId });
    expect(await mine.repository(conversations).findById(id)).toEqual(row);
    const foreign = repository.create({ title: 'x', ownerId: row?.ownerId ?? '' });
    await expect(foreign).rejects.toMatchObject({ code: 'AQF_FOREIGN_KEY_VIOLATION' });
  });
});

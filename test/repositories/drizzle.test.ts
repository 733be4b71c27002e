import { and, count, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { conversations, messages, samples, settings } from '../entities/schema.js';
import { makeConversations, withEntities } from './fixture.js';

await withEntities(({ session }) => {
  test('the Drizzle handle of a session reads and writes the rows of its tenant, and no others', async () => {
    const mine = session({ actorId: 'ann' });
    await makeConversations(mine, [1, 2, 3]);
    await makeConversations(session(), [4]);
    const rows = await mine.drizzle
      .select({ title: conversations.table.title, at: conversations.table.createdAt })
      .from(conversations.table)
      .orderBy(desc(conversations.table.score));
    expect(rows.map(({ title }) => title)).toEqual(['c0002', 'c0001', 'c0000']);
    expect(rows[0]?.at).toBeInstanceOf(Date);
    const [updated] = await mine.drizzle
      .update(conversations.table)
      .set({ score: 9 })
      .where(eq(conversations.table.title, 'c0000'))
      .returning();
    expect(updated).toMatchObject({ score: 9, revision: 2, updatedBy: 'ann' });
    expect(updated).toEqual(await mine.repository(conversations).findById(updated?.id ?? ''));
  });

  test('it joins, counts and runs SQL as it is', async () => {
    const mine = session();
    const [row] = await makeConversations(mine, [1, 2]);
    await mine.repository(messages).create({ conversationId: row?.id ?? '', body: 'x', position: 1 });
    const joined = await mine.drizzle
      .select({ title: conversations.table.title, messages: count(messages.table.id) })
      .from(conversations.table)
      .leftJoin(
        messages.table,
        and(
          eq(messages.table.tenantId, conversations.table.tenantId),
          eq(messages.table.conversationId, conversations.table.id),
        ),
      )
      .groupBy(conversations.table.title)
      .orderBy(conversations.table.title);
    expect(joined).toEqual([
      { title: 'c0000', messages: 1 },
      { title: 'c0001', messages: 0 },
    ]);
    const raw = await mine.drizzle.execute(sql`select ${'a'}::text as "first", 2 as second`);
    expect(raw).toEqual([{ first: 'a', second: 2 }]);
  });

  test('it reads every kind of value as a repository does', async () => {
    const mine = session();
    const repository = mine.repository(samples);
    const written = await repository.create({
      big: 9_007_199_254_740_993n,
      price: '0.1000000000',
      day: '2024-02-29',
      at: new Date(5),
      wall: new Date(7),
      data: { a: [1] },
      tags: ['a', 'b'],
      embedding: [1, 2, 3],
    });
    // The Data API returns neither intervals nor arrays of enums; repositories read them as text.
    const { span: _, moods: __, ...columns } = getTableColumns(samples.table);
    const [read] = await mine.drizzle
      .select(columns)
      .from(samples.table)
      .where(eq(samples.table.id, written.id));
    expect({ ...read, span: null, moods: null }).toEqual(written);
  });

  test('its transactions are those of the session, and nest', async () => {
    const mine = session();
    const db = mine.drizzle;
    const failing = db.transaction(async (tx) => {
      await tx.insert(settings.table).values({ name: 'lost', value: 1 });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await mine.transaction(async (tx) => {
      await tx.repository(settings).create({ name: 'kept', value: 1 });
      const inner = tx.drizzle.transaction(async (nested) => {
        await nested.update(settings.table).set({ value: 2 });
        await nested.insert(settings.table).values({ name: 'kept', value: 3 });
      });
      await expect(inner).rejects.toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
    });
    expect((await mine.repository(settings).findMany()).rows).toMatchObject([{ name: 'kept', value: 1 }]);
  });
});

import { integer, text, uuid } from 'drizzle-orm/pg-core';
import { belongsTo, entity, hasMany } from '../../src/entities/index.js';
import type { Session } from '../../src/repositories/index.js';
import { conversations, messages, settings, threads, users } from '../entities/schema.js';

/**
 * What must and what must not compile. `npm run typecheck` is the test: each `@ts-expect-error` that meets no error
 * is one itself. Nothing here runs.
 */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function isType<A, B>(_same: Equal<A, B>): void {}

export async function reads(session: Session): Promise<void> {
  const repository = session.repository(threads);
  const row = await repository.findById('a');
  isType<typeof row, (typeof threads)['$infer']['row'] | undefined>(true);
  isType<NonNullable<typeof row>['score'], number | null>(true);
  isType<NonNullable<typeof row>['revision'], number>(true);
  isType<NonNullable<typeof row>['deletedAt'], Date | null>(true);
  isType<NonNullable<typeof row>['tenantId'], string>(true);
  // @ts-expect-error users have no field emailBlind: it is the index of an encrypted column
  (await session.repository(users).findById('a'))?.emailBlind;

  const page = await repository.findMany({
    select: ['id', 'title'],
    orderBy: { createdAt: 'desc' },
    limit: 5,
  });
  isType<(typeof page)['rows'][number], { id: string; title: string }>(true);
  // @ts-expect-error what was not selected is not there
  page.rows[0]?.score;
  // @ts-expect-error an unknown field cannot be selected
  await repository.findMany({ select: ['id', 'name'] });
  // @ts-expect-error an unknown option
  await repository.findMany({ limt: 5, limit: 5 });
  // @ts-expect-error an unknown direction
  await repository.findMany({ orderBy: { title: 'down' } });
  // @ts-expect-error an unknown field has no order
  await repository.findMany({ orderBy: { name: 'asc' } });
  // @ts-expect-error the key of settings is its name, a text
  await session.repository(settings).findById(7);
}

export async function filters(session: Session): Promise<void> {
  const repository = session.repository(threads);
  await repository.findMany({
    where: {
      title: { contains: 'x', not: null },
      score: { gte: 3, lt: 9 },
      createdAt: { lt: new Date() },
      starred: true,
      deletedAt: null,
      or: [{ score: null }, { not: { title: 'x' } }],
    },
  });
  // @ts-expect-error an unknown field
  await repository.findMany({ where: { name: 'x' } });
  // @ts-expect-error a number is compared with numbers
  await repository.findMany({ where: { score: { gte: '3' } } });
  // @ts-expect-error a number has no parts of text
  await repository.findMany({ where: { score: { contains: '3' } } });
  // @ts-expect-error an unknown operator
  await repository.findMany({ where: { title: { like: '%' } } });
  // @ts-expect-error a title is never null
  await repository.findMany({ where: { title: null } });
  // @ts-expect-error and takes filters
  await repository.findMany({ where: { and: [{ name: 'x' }] } });
  // @ts-expect-error JSON is asked for null only
  await session.repository(settings).findMany({ where: { value: { eq: 1 } } });
}

export async function encrypted(session: Session): Promise<void> {
  const repository = session.repository(users);
  await repository.findMany({ where: { email: 'ann@acme.example' } });
  await repository.findMany({ where: { email: { in: ['a', 'b'] } } });
  // @ts-expect-error ciphertext has no order
  await repository.findMany({ where: { email: { gt: 'a' } } });
  // @ts-expect-error ciphertext has no parts
  await repository.findMany({ where: { email: { contains: 'a' } } });
  // @ts-expect-error no blind index, no equality
  await repository.findMany({ where: { phone: '1' } });
  // @ts-expect-error ciphertext has no order
  await repository.findMany({ orderBy: { email: 'asc' } });
}

export async function includes(session: Session): Promise<void> {
  const page = await session.repository(threads).findMany({
    include: {
      owner: true,
      messages: {
        limit: 3,
        orderBy: { position: 'desc' },
        select: ['body'],
        include: { author: { select: ['age'] } },
      },
    },
  });
  const [thread] = page.rows;
  isType<NonNullable<typeof thread>['title'], string>(true);
  const message = thread?.messages[0];
  isType<NonNullable<typeof message>['body'], string>(true);
  isType<NonNullable<typeof message>['author'], { age: number | null } | null>(true);
  isType<NonNullable<NonNullable<typeof thread>['owner']>['email'], string>(true);
  // @ts-expect-error what was not selected of a message is not there
  message?.position;
  // @ts-expect-error an unknown relation
  await session.repository(threads).findMany({ include: { writers: true } });
  // @ts-expect-error an unknown field of the relation
  await session.repository(threads).findMany({ include: { messages: { where: { title: 'x' } } } });
  // @ts-expect-error an unknown field of the relation, beside one that it has
  await session.repository(threads).findMany({ include: { messages: { where: { title: 'x', body: 'y' } } } });
  // @ts-expect-error an unknown relation of the relation
  await session.repository(threads).findMany({ include: { messages: { include: { writer: true } } } });
  // @ts-expect-error one row has no limit, whatever else is asked
  await session.repository(threads).findMany({ include: { owner: { limit: 3, select: ['id'] } } });
  // @ts-expect-error one row has no limit
  await session.repository(threads).findMany({ include: { owner: { limit: 3 } } });
}

export async function writes(session: Session): Promise<void> {
  const repository = session.repository(conversations);
  await repository.create({ title: 'x', ownerId: 'a' });
  await repository.create({ id: 'a', title: 'x', ownerId: 'a', score: null });
  // @ts-expect-error a title is required
  await repository.create({ ownerId: 'a' });
  // @ts-expect-error the tenant comes from the session
  await repository.create({ title: 'x', ownerId: 'a', tenantId: 'other' });
  // @ts-expect-error what traits keep is not written
  await repository.create({ title: 'x', ownerId: 'a', revision: 7 });
  // @ts-expect-error what traits keep is not written
  await repository.update('a', { updatedAt: new Date() });
  // @ts-expect-error the key does not change
  await repository.update('a', { id: 'b' });
  await repository.update('a', { title: 'x' }, { revision: 3 });
  // @ts-expect-error users keep no revision
  await session.repository(users).update('a', { age: 3 }, { revision: 3 });
  // @ts-expect-error a key that is a text must be given
  await session.repository(settings).create({ value: 1 });
}

export function definitions(): void {
  const columns = { title: text('title').notNull(), ownerId: uuid('owner_id'), size: integer('size') };
  entity('fine', { columns, traits: { searchable: { text: ['title'], semantic: [] } } });
  // @ts-expect-error an unknown column
  entity('wrong', { columns, traits: { searchable: { text: ['body'], semantic: [] } } });
  // @ts-expect-error a number holds no ciphertext
  entity('wrong', { columns, traits: { encrypted: { columns: ['size'] } } });
  // @ts-expect-error an unknown trait
  entity('wrong', { columns, traits: { softdelete: true } });
  // @ts-expect-error an unknown column
  entity('wrong', { columns, relations: { owner: belongsTo(() => users, { field: 'owner' }) } });
  // @ts-expect-error the key must be a column
  entity('wrong', { columns, key: 'slug' });
  // @ts-expect-error messages have no such field
  hasMany(() => messages, { field: 'threadId' });
}

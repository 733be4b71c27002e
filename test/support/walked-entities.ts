import { sql } from 'drizzle-orm';
import { integer, text, uuid } from 'drizzle-orm/pg-core';
import { belongsTo, entity, hasMany, withRelations } from '../../src/entities/index.js';
import type { Scope } from '../../src/layer/index.js';

/** Entities with every trait, for two tenants to meet at. */
const topics = entity('walked_topics', {
  columns: { title: text().notNull() },
  traits: { softDelete: true, events: true },
});

export const notes = entity('walked_notes', {
  columns: {
    title: text().notNull(),
    body: text(),
    secret: text(),
    size: integer().notNull().default(0),
    topicId: uuid('topic_id'),
  },
  traits: {
    softDelete: { retention: '30 days' },
    audited: true,
    versioned: true,
    events: true,
    timestamps: true,
    encrypted: { columns: ['secret'], blindIndex: ['secret'] },
    searchable: { text: ['title'], semantic: ['body'] },
  },
  relations: { topic: belongsTo(() => topics, { field: 'topicId', onSoftDelete: 'cascade' }) },
});

export const walkedTopics = withRelations(topics, { notes: hasMany(() => notes, { field: 'topicId' }) });
export const WALKED_ENTITIES = [walkedTopics, notes];

/** Rows, history, a branch, a deleted row and audit entries; resolves to the ids. */
export async function storeNotes(scope: Scope, word: string): Promise<string[]> {
  const topic = await scope.repository(walkedTopics).create({ title: `${word} topic` });
  const repository = scope.repository(notes);
  const values = Array.from({ length: 5 }, (_, at) => ({
    title: `${word} ${at}`,
    body: word,
    secret: `${word} secret`,
    topicId: topic.id,
  }));
  const made = await repository.createMany(values);
  const ids = made.map(({ id }) => id);
  await repository.update(ids[0] ?? '', { title: `${word} again` });
  await repository.delete(ids[1] ?? '');
  const branch = await scope.versions(notes, ids[0] ?? '').createBranch(`${word} branch`);
  await branch.update({ title: `${word} draft` });
  await scope.audit.log('read', { details: { word } });
  await scope.audit.verify();
  return [topic.id, ...ids];
}

/** A statement of a developer's own, with a value bound as Drizzle binds it. */
export function drizzleStatement(value: unknown) {
  return sql`select * from walked_notes where title = ${value} or body = ${value}`;
}

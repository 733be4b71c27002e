import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
  index,
  integer,
  interval,
  jsonb,
  numeric,
  pgEnum,
  real,
  serial,
  smallint,
  text,
  time,
  timestamp,
  uniqueIndex,
  uuid,
  varchar,
  vector,
} from 'drizzle-orm/pg-core';
import { belongsTo, entity, hasMany, withRelations } from '../../src/entities/index.js';

/** A chat platform: users hold conversations, which hold messages. */
const plainUsers = entity('users', {
  schema: 'app',
  columns: {
    id: uuid('id').primaryKey(),
    email: text('email').notNull(),
    handle: varchar('handle', { length: 20 }).unique(),
    phone: text('phone'),
    age: integer('age'),
  },
  traits: { softDelete: true, encrypted: { columns: ['email', 'phone'], blindIndex: ['email'] } },
});

export const conversations = entity('conversations', {
  schema: 'app',
  columns: {
    title: text('title').notNull(),
    ownerId: uuid('owner_id').notNull(),
    starred: boolean('starred').notNull().default(false),
    score: integer('score'),
  },
  traits: {
    tenant: true,
    softDelete: { retention: '30 days' },
    audited: true,
    versioned: true,
    events: true,
    timestamps: true,
    searchable: { text: ['title'], semantic: ['title'] },
  },
  relations: { owner: belongsTo(() => plainUsers, { field: 'ownerId', onSoftDelete: 'restrict' }) },
  constraints: (table) => [
    index('conversations_score').on(table.score),
    uniqueIndex('conversations_title').on(table.title),
    check('conversations_score_positive', sql`${table.score} >= 0`),
  ],
});

export const messages = entity('messages', {
  schema: 'app',
  columns: {
    conversationId: uuid('conversation_id').notNull(),
    authorId: uuid('author_id'),
    body: text('body').notNull(),
    position: integer('position').notNull(),
  },
  traits: { softDelete: true, versioned: true },
  relations: {
    conversation: belongsTo(() => conversations, { field: 'conversationId', onSoftDelete: 'cascade' }),
    author: belongsTo(() => plainUsers, { field: 'authorId', onSoftDelete: 'set null' }),
  },
});

export const users = withRelations(plainUsers, {
  conversations: hasMany(() => conversations, { field: 'ownerId' }),
  messages: hasMany(() => messages, { field: 'authorId' }),
});

export const threads = withRelations(conversations, {
  messages: hasMany(() => messages, { field: 'conversationId' }),
});

export const mood = pgEnum('mood', ['calm', 'it\'s "odd"', 'wild']);

/** One column of every kind that a repository has to read the same from every provider. */
export const samples = entity('samples', {
  columns: {
    id: serial('id'),
    name: text('name'),
    small: smallint('small'),
    big: bigint('big', { mode: 'bigint' }),
    count: bigint('count', { mode: 'number' }),
    price: numeric('price', { precision: 30, scale: 10 }),
    ratio: numeric('ratio', { mode: 'number' }),
    single: real('single'),
    double: doublePrecision('double'),
    flag: boolean('flag').default(true),
    day: date('day'),
    dayDate: date('day_date', { mode: 'date' }),
    clock: time('clock'),
    at: timestamp('at', { withTimezone: true }),
    atText: timestamp('at_text', { withTimezone: true, mode: 'string' }),
    wall: timestamp('wall'),
    wallText: timestamp('wall_text', { mode: 'string' }),
    span: interval('span'),
    data: jsonb('data').$type<unknown>(),
    mood: mood('mood').default('calm'),
    tags: text('tags').array(),
    numbers: integer('numbers').array(),
    bigs: bigint('bigs', { mode: 'bigint' }).array(),
    prices: numeric('prices').array(),
    moments: timestamp('moments', { withTimezone: true }).array(),
    ids: uuid('ids').array(),
    moods: mood('moods').array(),
    embedding: vector('embedding', { dimensions: 3 }),
  },
  traits: {},
});

/** Named by a text, without more traits than the tenant. */
export const settings = entity('settings', {
  schema: 'app',
  key: 'name',
  columns: { name: text('name').notNull(), value: jsonb('value').$type<unknown>() },
});

export const ENTITIES = [users, conversations, messages, samples, settings];

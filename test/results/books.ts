import {
  belongsTo,
  bigint,
  entity,
  hasMany,
  jsonb,
  numeric,
  text,
  timestamp,
  uuid,
  withRelations,
} from '../../src/entities/index.js';

const EVENTS = { events: true } as const;

const plainAuthors = entity('authors', {
  schema: 'library',
  columns: { name: text('name').notNull() },
  traits: { ...EVENTS, softDelete: true },
});

/** Books with columns whose values are no JSON. */
export const books = entity('books', {
  schema: 'library',
  columns: {
    title: text('title').notNull(),
    authorId: uuid('author_id'),
    printed: timestamp('printed', { withTimezone: true }),
    isbn: bigint('isbn', { mode: 'bigint' }),
    price: numeric('price', { precision: 10, scale: 2 }),
    data: jsonb('data').$type<unknown>(),
  },
  traits: EVENTS,
  relations: { author: belongsTo(() => plainAuthors, { field: 'authorId', onSoftDelete: 'set null' }) },
});

export const authors = withRelations(plainAuthors, {
  books: hasMany(() => books, { field: 'authorId' }),
});

export const readers = entity('readers', {
  schema: 'library',
  key: 'card',
  columns: { card: text('card').notNull(), email: text('email').notNull() },
  traits: { ...EVENTS, encrypted: { columns: ['email'], blindIndex: ['email'] } },
});

/** Nobody is told of its changes. */
export const shelves = entity('shelves', {
  schema: 'library',
  columns: { label: text('label').notNull() },
});

export const LIBRARY = [authors, books, readers, shelves];

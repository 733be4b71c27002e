import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { entity } from '../../../src/entities/index.js';

/** With every trait that routes ask for but search, and every kind of value that JSON cannot say by itself. */
export const parts = entity('parts', {
  columns: {
    name: text().notNull(),
    note: text(),
    secret: text(),
    stock: integer().notNull().default(0),
    serial: bigint({ mode: 'bigint' }),
    isSold: boolean('is_sold').notNull().default(false),
    boughtAt: timestamp('bought_at', { withTimezone: true }),
    tags: text().array().notNull().default(sql`'{}'`),
  },
  traits: {
    softDelete: true,
    audited: true,
    versioned: true,
    timestamps: true,
    encrypted: { columns: ['secret'], blindIndex: ['secret'] },
  },
});

/** With no trait at all, and a key of its own. */
export const shelves = entity('shelves', {
  columns: { number: integer().notNull(), label: text() },
  key: 'number',
});

/** Searched by what it says, and by what it means. */
export const manuals = entity('manuals', {
  columns: { title: text().notNull(), note: text() },
  traits: { versioned: true, searchable: { text: ['title'], semantic: ['note'] } },
});

export const ENTITIES = [parts, shelves, manuals];

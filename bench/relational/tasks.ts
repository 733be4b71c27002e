import { randomUUID } from 'node:crypto';
import { entity, index, integer, text, timestamp, uuid } from '../../src/entities/index.js';

/** A table as applications have them: a handful of columns, a primary key, a reference with its index. */
const columns = () => ({
  title: text('title').notNull(),
  body: text('body').notNull(),
  status: text('status').notNull(),
  priority: integer('priority').notNull(),
  projectId: uuid('project_id').notNull(),
  dueAt: timestamp('due_at', { withTimezone: true }),
});

const searchable = { text: ['title', 'body'], semantic: ['title', 'body'] } as const;
const ALL = {
  softDelete: true,
  audited: true,
  versioned: true,
  events: true,
  timestamps: true,
  searchable,
} as const;

/** One entity a trait, so that each can be measured by itself. The tenant is a trait that all have. */
export const TASKS = {
  tenant: entity('tasks_tenant', {
    columns: columns(),
    constraints: (t) => [index('tenant_project').on(t.projectId)],
  }),
  softDelete: entity('tasks_soft_delete', {
    columns: columns(),
    traits: { softDelete: true },
    constraints: (t) => [index('soft_delete_project').on(t.projectId)],
  }),
  timestamps: entity('tasks_timestamps', {
    columns: columns(),
    traits: { timestamps: true },
    constraints: (t) => [index('timestamps_project').on(t.projectId)],
  }),
  searchable: entity('tasks_searchable', {
    columns: columns(),
    traits: { searchable },
    constraints: (t) => [index('searchable_project').on(t.projectId)],
  }),
  events: entity('tasks_events', {
    columns: columns(),
    traits: { events: true },
    constraints: (t) => [index('events_project').on(t.projectId)],
  }),
  audited: entity('tasks_audited', {
    columns: columns(),
    traits: { audited: true },
    constraints: (t) => [index('audited_project').on(t.projectId)],
  }),
  versioned: entity('tasks_versioned', {
    columns: columns(),
    traits: { versioned: true },
    constraints: (t) => [index('versioned_project').on(t.projectId)],
  }),
  all: entity('tasks_all', {
    columns: columns(),
    traits: ALL,
    constraints: (t) => [index('all_project').on(t.projectId)],
  }),
  allEncrypted: entity('tasks_all_encrypted', {
    columns: columns(),
    traits: {
      ...ALL,
      searchable: { text: ['title'], semantic: ['title'] },
      encrypted: { columns: ['body'] },
    },
    constraints: (t) => [index('all_encrypted_project').on(t.projectId)],
  }),
} as const;

export type Trait = keyof typeof TASKS;

/** The same table without policies and triggers. */
export const BARE_TABLE = `
  create table public.tasks_bare (like public.tasks_tenant including constraints including indexes)`;

export interface TaskValues {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly status: string;
  readonly priority: number;
  readonly projectId: string;
  readonly dueAt: Date;
}

const STATUSES = ['open', 'waiting', 'done'];
const BODY = 'The pump in hall three loses pressure at night; ask the supplier about the seals. ';
const PROJECTS = Array.from({ length: 50 }, () => randomUUID());
const FIRST_DUE = Date.UTC(2027, 0, 1);

export function makeTask(number: number): TaskValues {
  return {
    id: randomUUID(),
    title: `Task ${number}: look after the pumps`,
    body: BODY.repeat(1 + (number % 4)),
    status: STATUSES[number % STATUSES.length] as string,
    priority: number % 10,
    projectId: PROJECTS[number % PROJECTS.length] as string,
    dueAt: new Date(FIRST_DUE + number * 60_000),
  };
}

export function makeTasks(count: number): TaskValues[] {
  return Array.from({ length: count }, (_, number) => makeTask(number));
}

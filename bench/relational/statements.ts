import { TASKS, type TaskValues, type Trait } from './tasks.js';

/** A table of tasks: that of an entity, or the bare one. */
export type TaskTable = Trait | 'bare';

export const TENANT = 'acme';

export function tableOf(table: TaskTable): string {
  return table === 'bare' ? 'public.tasks_bare' : `public.${TASKS[table].name}`;
}

const COLUMNS = 'tenant_id, id, title, body, status, priority, project_id, due_at';

/** Settings as a scope makes them; they are made for the bare table too, so that the traits are what differs. */
export const ENTER = {
  name: 'enter',
  text: `select set_config('role', 'aquifer_app', true), set_config('aquifer.tenant_id', '${TENANT}', true),
    set_config('aquifer.actor_id', 'ann', true), set_config('aquifer.roles', 'editor', true),
    set_config('aquifer.request', '{"requestId":"r1","ip":"192.0.2.1"}', true), set_config('aquifer.flags', '', true)`,
};

export function insertOne(table: TaskTable, task: TaskValues) {
  const { id, title, body, status, priority, projectId, dueAt } = task;
  return {
    name: `insert ${table}`,
    text: `insert into ${tableOf(table)} (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [TENANT, id, title, body, status, priority, projectId, dueAt],
  };
}

/** However many rows, one statement. */
export function insertMany(table: TaskTable, tasks: readonly TaskValues[]) {
  return {
    name: `insert many ${table}`,
    text: `insert into ${tableOf(table)} (${COLUMNS})
      select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::uuid[], $8::timestamptz[])`,
    values: [
      TENANT,
      tasks.map(({ id }) => id),
      tasks.map(({ title }) => title),
      tasks.map(({ body }) => body),
      tasks.map(({ status }) => status),
      tasks.map(({ priority }) => priority),
      tasks.map(({ projectId }) => projectId),
      tasks.map(({ dueAt }) => dueAt),
    ],
  };
}

export function updateOne(table: TaskTable, id: string, priority: number) {
  return {
    name: `update ${table}`,
    text: `update ${tableOf(table)} set status = 'done', priority = $3 where tenant_id = $1 and id = $2`,
    values: [TENANT, id, priority],
  };
}

export function deleteOne(table: TaskTable, id: string) {
  return {
    name: `delete ${table}`,
    text: `delete from ${tableOf(table)} where tenant_id = $1 and id = $2`,
    values: [TENANT, id],
  };
}

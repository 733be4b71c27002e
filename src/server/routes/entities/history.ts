import { z } from 'zod';
import { toJsonRow } from '../../../entities/index.js';
import { defined } from '../../defined.js';
import { tagRow } from '../../entities/row-tag.js';
import { onEntity, row, rowParams } from '../../entities/schemas.js';
import { assertRow, storedRow, versioned } from '../../entities/versioned.js';
import { defineRoute } from '../../route.js';
import { date, page } from '../../schemas.js';

const tag = 'history';
const revisionNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const revision = z.object({
  revision: z.int(),
  at: date,
  operation: z.enum(['insert', 'update', 'delete', 'restore', 'purge']),
  changed: z.array(z.string()).nullable(),
  row,
  actorId: z.string().nullable(),
});

export const difference = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() });

export const historyRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/entities/{entity}/{id}/history',
    summary: 'The revisions of a row, the newest first; of deleted rows too',
    tag,
    permission: onEntity('read'),
    params: rowParams,
    query: z.strictObject({
      before: revisionNumber.optional().describe('Revisions before this one: `next` of the page before.'),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: page(revision),
    handler: async (call) => {
      const { entity, versions, names } = versioned(call);
      const { before, limit } = call.query;
      const revisions = await versions.list({ limit, ...defined({ before }) });
      if (revisions.length === 0) await assertRow(call, entity);
      const items = revisions.map((each) => ({
        ...each,
        changed: each.changed && names.properties(each.changed),
        row: names.row(each.row),
      }));
      const last = items.at(-1);
      return { items, next: items.length === limit && last ? String(last.revision) : null };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/entities/{entity}/{id}/diff',
    summary: 'What differs between two revisions',
    tag,
    permission: onEntity('read'),
    params: rowParams,
    query: z.strictObject({ from: revisionNumber, to: revisionNumber }),
    response: z.object({ differences: z.array(difference) }),
    handler: async (call) => {
      const { versions, names } = versioned(call);
      const { from, to } = call.query;
      const found = await versions.diff(from, to);
      return {
        differences: found.filter(({ field }) => names.isShown(field)).map((each) => shown(names, each)),
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/entities/{entity}/{id}/revert',
    summary: 'Writes an earlier revision back, as a new one; a deleted row comes back with it',
    tag,
    permission: onEntity('update'),
    params: rowParams,
    body: z.strictObject({ revision: z.int().min(1) }),
    response: row,
    handler: async (call) => {
      const { entity, versions } = versioned(call);
      await versions.revert(call.body.revision);
      const reverted = toJsonRow(await storedRow(call, entity));
      tagRow(call.reply, reverted);
      return reverted;
    },
  }),
];

type Names = ReturnType<typeof versioned>['names'];
type Difference = Awaited<ReturnType<ReturnType<typeof versioned>['versions']['diff']>>[number];

export function shown(names: Names, { field, from, to }: Difference) {
  const property = names.property(field);
  return { field: property, from: names.value(property, from), to: names.value(property, to) };
}

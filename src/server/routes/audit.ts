import { z } from 'zod';
import { defined } from '../defined.js';
import { defineRoute } from '../route.js';
import { date, moment, page, paging, toPage } from '../schemas.js';

const columns = z.record(z.string(), z.unknown());

export const auditRecord = z.object({
  id: z.string(),
  at: date,
  entity: z.string().describe('Empty for entries that are about no row.'),
  rowId: z.string(),
  operation: z.enum(['insert', 'update', 'delete', 'restore', 'purge', 'log']),
  action: z.string(),
  result: z.string(),
  revision: z.number().nullable(),
  changed: z.array(z.string()).nullable(),
  before: columns.nullable().describe('Old values of the changed columns, by column name.'),
  row: columns.nullable(),
  actorId: z.string().nullable(),
  roles: z.array(z.string()).nullable(),
  requestId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  details: z.unknown(),
  position: z.string(),
});

const text = z.string().min(1).max(1024).optional();

const anchor = z.object({ seq: z.string(), digest: z.string() });

export const auditRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/audit',
    summary: 'Who did what, the newest first',
    tag: 'audit',
    permission: ['audit', 'read'],
    query: z.strictObject({
      ...paging,
      entity: z.string().min(1).max(128).optional(),
      rowId: text,
      actorId: text,
      action: text,
      requestId: text,
      since: moment.optional().describe('Inclusive.'),
      until: moment.optional().describe('Exclusive.'),
    }),
    response: page(auditRecord),
    handler: async ({ scope, query }) => {
      const items = await scope.audit.list(defined(query));
      return toPage(items, query.limit, ({ position }) => position);
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/audit/verify',
    summary: 'Checks the chain of records, and whether its end is the one that was seen before',
    tag: 'audit',
    permission: ['audit', 'read'],
    body: z
      .strictObject({
        anchor: z
          .strictObject({ seq: z.string().regex(/^\d{1,18}$/), digest: z.string().regex(/^[0-9a-f]{64}$/) })
          .optional()
          .describe('The anchor of an earlier verification, kept elsewhere.'),
      })
      .prefault({}),
    response: z.object({
      intact: z.boolean(),
      problems: z.array(
        z.object({ problem: z.string(), seq: z.string().nullable(), recordId: z.string().nullable() }),
      ),
      sealed: z.int().describe('Records under a seal.'),
      anchor: anchor.nullable().describe('Null while there is no record.'),
    }),
    handler: async ({ scope, body }) => {
      const verified = await scope.audit.verify(body.anchor);
      return { ...verified, anchor: verified.anchor ?? null };
    },
  }),
];

import { z } from 'zod';
import type { SlowStatement } from '../../relational/index.js';
import { cacheSchema, cacheTiers } from '../cache-tiers.js';
import { defineRoute } from '../route.js';
import { date } from '../schemas.js';
import { queueOf, queueSchema } from './jobs.js';

const slowQuery = z.object({
  id: z.string(),
  at: date,
  ms: z.number(),
  statement: z.string().describe('Its text, without values.'),
  rows: z.int().nullable(),
  requestId: z.string().nullable().describe('Of the requests of this tenant alone.'),
});

export const operationRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/operations',
    summary: 'How this installation works: connections, slow statements, replicas, caches, outbox, indexes',
    tag: 'operations',
    permission: ['operations', 'read'],
    response: z.object({
      pool: z
        .object({ total: z.int(), idle: z.int(), waiting: z.int(), max: z.int() })
        .nullable()
        .describe('Null where there is none.'),
      slowQueries: z.array(slowQuery).describe('The last hundred of this process, the newest first.'),
      replicas: z.array(z.object({ name: z.string(), status: z.string(), lagMs: z.number().nullable() })),
      cache: z.array(cacheSchema),
      outbox: z.array(z.object({ subscriber: z.string(), waiting: z.int(), oldestMs: z.number() })),
      indexes: z.array(
        z.object({ name: z.string(), table: z.string(), bytes: z.number(), scans: z.number() }),
      ),
      jobs: queueSchema,
    }),
    handler: async ({ layer, scope: { tenantId } }) => {
      const [outbox, indexes] = await Promise.all([
        layer.installation.outbox(),
        layer.installation.indexes(),
      ]);
      return {
        pool: layer.pool() ?? null,
        slowQueries: layer.installation.slow.list().map((slow) => shown(slow, tenantId)),
        replicas: layer.installation.replicas(),
        cache: cacheTiers(layer.cacheStats()),
        outbox,
        indexes,
        jobs: queueOf(layer),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/operations/slow-queries/{id}/plan',
    summary: 'How the database would carry out a slow statement, whatever its values; it is not run',
    tag: 'operations',
    permission: ['operations', 'read'],
    params: z.object({ id: z.string().min(1).max(64) }),
    response: z.object({ plan: z.array(z.string()).describe('The lines of EXPLAIN.') }),
    handler: async ({ layer, principal, params }) => ({
      plan: await layer.installation.plan(params.id, { kind: 'tenant', tenantId: principal.tenantId }),
    }),
  }),
];

/** A request belongs to its tenant; that something was slow, to the installation. */
function shown({ tenantId: owner, requestId, ...slow }: SlowStatement, tenantId: string) {
  return { ...slow, requestId: owner === tenantId ? (requestId ?? null) : null };
}

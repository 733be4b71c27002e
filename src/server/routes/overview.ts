import { z } from 'zod';
import type { Permissions } from '../../accounts/index.js';
import type { DataLayer, Scope } from '../../layer/index.js';
import { cacheSchema, cacheTiers } from '../cache-tiers.js';
import { healthOf, healthSchema } from '../health-parts.js';
import { defineRoute } from '../route.js';
import { date } from '../schemas.js';
import { storedSchema } from '../stored.js';

const point = z.object({
  at: date,
  requests: z.int(),
  errors: z.int(),
  p50Ms: z.number(),
  p95Ms: z.number(),
});

export const backlogSchema = z.object({
  waiting: z.int(),
  failed: z.int(),
  oldestMs: z.number().describe('Since the document that waits longest changed; 0 when none waits.'),
});

export const overviewRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/overview',
    summary: 'What is stored, how each part is, and what was asked of this server in the last 15 minutes',
    tag: 'overview',
    permission: ['overview', 'read'],
    response: z.object({
      stored: storedSchema.extend({ entities: z.array(z.object({ name: z.string(), rows: z.int() })) }),
      health: z.array(healthSchema),
      traffic: z.object({ seconds: z.int(), points: z.array(point) }),
      backlog: backlogSchema,
      cache: z.array(cacheSchema).describe('Of all tenants: empty without operations:read.'),
    }),
    handler: async ({ scope, layer, request, principal: { permissions } }) => {
      const isOperator = permissions.allows('operations', 'read');
      const [stored, entities, health, backlog] = await Promise.all([
        scope.figures.stored(),
        rowsOf(layer, scope, permissions),
        healthOf(layer, isOperator),
        scope.figures.backlog(),
      ]);
      return {
        stored: { ...stored, entities },
        health,
        traffic: request.server.traffic.points(scope.tenantId),
        backlog,
        cache: isOperator ? cacheTiers(layer.cacheStats()) : [],
      };
    },
  }),
];

/** Of the entities that may be read. */
function rowsOf({ entities }: DataLayer, scope: Scope, permissions: Permissions) {
  const readable = [...entities.values()].filter(({ name }) => permissions.allows(name, 'read'));
  return Promise.all(
    readable.map(async (entity) => ({ name: entity.name, rows: await scope.repository(entity).count() })),
  );
}

import { z } from 'zod';
import { queuePlace } from '../../jobs/index.js';
import type { DataLayer } from '../../layer/index.js';
import { defined } from '../defined.js';
import { defineRoute } from '../route.js';
import { date, page, paging, toPage } from '../schemas.js';
import { backlogSchema } from './overview.js';

const failure = z.object({
  documentId: z.string(),
  source: z.string(),
  attempts: z.int(),
  code: z.string().describe('Of the last error.'),
  reason: z.string(),
  failedAt: date,
  retryAt: date,
  dead: z.boolean().describe('Not tried any more, until it is asked for.'),
});

export const queueSchema = z.object({
  place: z.enum(['postgres', 'redis']),
  worker: z.boolean().describe('Whether this process embeds what waits.'),
});

export const jobRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/jobs',
    summary: 'What of the tenant waits to be embedded, and what could not be',
    tag: 'jobs',
    permission: ['jobs', 'read'],
    query: z.strictObject(paging),
    response: z.object({ backlog: backlogSchema, queue: queueSchema, failures: page(failure) }),
    handler: async ({ scope, layer, query }) => {
      const [backlog, failures] = await Promise.all([
        scope.figures.backlog(),
        scope.figures.failures(defined(query)),
      ]);
      const { items, next } = toPage(failures, query.limit, ({ position }) => position);
      return {
        backlog,
        queue: queueOf(layer),
        failures: { items: items.map(({ position: _, ...rest }) => rest), next },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/jobs/retry',
    summary: 'Tries documents that failed again, at once: those named, or all of the tenant',
    tag: 'jobs',
    permission: ['jobs', 'update'],
    body: z.strictObject({ documents: z.array(z.uuid()).min(1).max(1000).optional() }).prefault({}),
    response: z.object({ requeued: z.int() }),
    handler: async ({ scope: { tenantId }, layer, body: { documents } }) => {
      if (!documents) return { requeued: await layer.embedding.requeue({ tenantId }) };
      let requeued = 0;
      for (const documentId of documents) requeued += await layer.embedding.requeue({ tenantId, documentId });
      return { requeued };
    },
  }),
];

/** Where work waits, and whether it is done here. */
export function queueOf({ config }: Pick<DataLayer, 'config'>): z.infer<typeof queueSchema> {
  const { jobs, redis } = config.values;
  const { redis: inRedis } = queuePlace({ queue: jobs.queue, redisUrl: redis.url });
  return { place: inRedis ? 'redis' : 'postgres', worker: jobs.worker };
}

import { z } from 'zod';
import type { DataLayer } from '../layer/index.js';

export const healthSchema = z.object({
  part: z.string(),
  status: z.enum(['up', 'down', 'off']),
  ms: z.number().nullable().describe('Of a round trip, where one was made.'),
  detail: z.string().nullable(),
});

type Health = z.infer<typeof healthSchema>;

/** How each part is. Why one is down may name addresses, and is for operators. */
export async function healthOf(layer: DataLayer, isOperator: boolean): Promise<Health[]> {
  const { relational, jobs } = layer.config.values;
  const { status, responseTime, error } = await layer.health();
  const why = isOperator ? (error ?? null) : null;
  const ms = Math.round(responseTime * 10) / 10;
  return [
    { part: 'database', status, ms, detail: status === 'up' ? relational.provider : why },
    sharedCache(layer),
    { part: 'embeddings', status: 'up', ms: null, detail: layer.embeddingModel.id },
    { part: 'jobs', status: jobs.worker ? 'up' : 'off', ms: null, detail: null },
  ];
}

function sharedCache(layer: DataLayer): Health {
  const { store } = layer.cacheStats();
  if (!store) return { part: 'shared cache', status: 'off', ms: null, detail: null };
  const isRead = store.state === 'closed';
  return { part: 'shared cache', status: isRead ? 'up' : 'down', ms: null, detail: store.kind };
}

import { z } from 'zod';
import { defineRoute } from '../route.js';
import { moment } from '../schemas.js';
import { storedSchema } from '../stored.js';

const day = z.object({
  day: z.string().describe('UTC, as 2025-11-21.'),
  model: z.string(),
  requests: z.number(),
  texts: z.number(),
  tokens: z.number(),
  cost: z.number().describe('US dollars.'),
});

export const usageRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/usage',
    summary: 'What embedding took by day and model, and what is stored',
    tag: 'usage',
    permission: ['usage', 'read'],
    query: z.strictObject({
      from: moment.optional().describe('First day. Default: 30 days ago.'),
      to: moment.optional().describe('Last day. Default: today.'),
    }),
    response: z.object({
      days: z.array(day),
      storage: storedSchema.pick({ documents: true, chunks: true, files: true, bytes: true }),
    }),
    handler: async ({ scope, query: { from: since, to: until } }) => {
      const [days, { documents, chunks, files, bytes }] = await Promise.all([
        scope.embeddingUsage({ since, until }),
        scope.figures.stored(),
      ]);
      return {
        days: days.map(({ tenantId: _, ...rest }) => rest),
        storage: { documents, chunks, files, bytes },
      };
    },
  }),
];

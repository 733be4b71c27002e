import type { FastifyInstance } from 'fastify';
import type { DataLayer } from '../layer/index.js';

/** For whoever starts, stops and balances servers: without a credential, and without a word on what is inside. */
export function serveHealth(app: FastifyInstance, layer: DataLayer, isReady: () => boolean): void {
  app.get('/health/live', async () => ({ status: 'up' }));
  app.get('/health/ready', async (_, reply) => {
    const isUp = isReady() && (await layer.health()).status === 'up';
    return reply.code(isUp ? 200 : 503).send({ status: isUp ? 'up' : 'down' });
  });
}

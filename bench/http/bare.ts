import fastify, { type FastifyInstance } from 'fastify';
import type { RelationalProvider } from '../../src/relational/index.js';
import type { Recorded } from './recorded.js';

/** Fastify as it comes, with a route that sends statements and answers with the rows of the last. */
export function bareApp(provider: RelationalProvider, statements: readonly Recorded[]): FastifyInstance {
  const app = fastify();
  const handler = async () => {
    let rows: readonly unknown[] = [];
    for (const { context, statement, options } of statements)
      ({ rows } = await provider.query(context, statement, options));
    return rows;
  };
  app.get('/', handler);
  app.post('/', handler);
  return app;
}

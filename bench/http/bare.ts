import fastify, { type FastifyInstance } from 'fastify';
import type { RelationalProvider } from '../../src/relational/index.js';
import type { Replay } from './recorded.js';

/** Fastify as it comes, with a route that asks a provider and answers with the rows. */
export function bareApp(provider: RelationalProvider, replays: readonly Replay[]): FastifyInstance {
  const app = fastify();
  const handler = async () => {
    const answers = [];
    for (const replay of replays) answers.push(await replay(provider));
    return answers;
  };
  app.get('/', handler);
  app.post('/', handler);
  return app;
}

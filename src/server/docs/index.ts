import type { FastifyInstance } from 'fastify';
import { docsPage } from './page.js';
import { STYLE } from './style.js';

/** The routes, for reading: HTML and one style sheet, without scripts. */
export function serveDocs(app: FastifyInstance, document: Readonly<Record<string, unknown>>): void {
  const page = docsPage(document);
  app.get('/docs', async (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/docs/style.css', async (_, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import files from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the build puts it: dist/console, beside dist/server. Run from its sources, the server finds it there too. */
const PLACES = ['../console', '../../dist/console'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** What is no page of the console, whoever asks for it. */
const ELSEWHERE = /^\/(api|v1|ws|mcp|docs|health|metrics|openapi\.json|assets)(\/|$)/;

const A_YEAR = 'public, max-age=31536000, immutable';

/**
 * Serves the console: its files, and its one page for every address that a browser opens. Without a build of it
 * there is none, and all else is served.
 */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  const root = PLACES.find((place) => existsSync(`${place}/index.html`));
  if (root === undefined) return;
  await app.register(files, { root, serve: false, preCompressed: true, cacheControl: false });
  app.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    // Their names say what is in them.
    reply.header('cache-control', A_YEAR);
    return reply.sendFile(`assets/${request.params['*']}`);
  });
  app.get('/icon.svg', async (_, reply) =>
    reply.header('cache-control', 'max-age=86400').sendFile('icon.svg'),
  );
  app.get('/', page);
  app.get('/*', page);
}

async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const isPage =
    (request.headers.accept ?? '').includes('text/html') && !ELSEWHERE.test(request.url.split('?')[0] ?? '');
  if (isPage || request.url === '/') return reply.header('cache-control', 'no-cache').sendFile('index.html');
  reply.callNotFound();
  return reply;
}

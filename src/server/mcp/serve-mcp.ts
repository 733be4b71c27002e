import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { principalScope } from '../../accounts/index.js';
import { McpHttp } from '../../mcp/index.js';
import { identify } from '../guard.js';
import { requestFacts } from '../request-facts.js';
import type { RouteParts } from '../serve-route.js';
import type { ServerSettings } from '../settings.js';
import { packageVersion } from '../version.js';
import { assertFromHere, type Doors } from './origin.js';

export interface McpParts extends RouteParts {
  readonly settings: Pick<ServerSettings, 'host' | 'origins'>;
}

/** MCP at `/mcp`: the origin, the credential and its rate limit come before the protocol. */
export async function serveMcp(app: FastifyInstance, parts: McpParts): Promise<void> {
  const { layer, settings } = parts;
  const doors: Doors = { host: settings.host, origins: settings.origins };
  const mcp = new McpHttp({
    version: packageVersion(),
    onerror: (error) => app.log.error({ err: error }, 'mcp'),
  });
  app.addHook('preClose', () => mcp.close());
  await app.register(async (child) => {
    // The protocol has errors of its own for what is not JSON.
    child.removeAllContentTypeParsers();
    child.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
    child.route({
      method: ['GET', 'POST', 'DELETE'],
      url: '/mcp',
      // A stream of events is sent as it comes.
      compress: false,
      onRequest: async (request, reply) => {
        assertFromHere(request, doors);
        request.principal = await identify(parts, request, reply);
      },
      handler: (request, reply) => {
        const { principal } = request;
        const scope = layer.scope(principalScope(principal, requestFacts(request)));
        const session = { scope, permissions: principal.permissions, entities: layer.entities };
        return mcp.answer(toWebRequest(request, reply), session);
      },
    });
  });
}

function toWebRequest(request: FastifyRequest, reply: FastifyReply): Request {
  const { method, headers, body } = request;
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new Request('http://localhost/mcp', {
    method,
    headers: pairs,
    signal: left.signal,
    ...(method === 'POST' && { body: typeof body === 'string' ? body : '' }),
  });
}

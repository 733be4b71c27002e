import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { principalScope } from '../accounts/index.js';
import type { DataLayer } from '../layer/index.js';
import { assertAllowed, type GuardParts, identify } from './guard.js';
import { once } from './idempotency.js';
import { parseRequest } from './parse.js';
import { requestFacts } from './request-facts.js';
import type { Call, Route } from './route.js';

/** The header that carries how far a client's writes went, both ways: what it reads next has them. */
export const POSITION_HEADER = 'aquifer-position';

export interface RouteParts extends GuardParts {
  readonly layer: DataLayer;
}

/** Puts a route on the server: credential, rate limit and permission come before anything of the request is read. */
export function serveRoute(app: FastifyInstance, route: Route, parts: RouteParts): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    onRequest: async (request, reply) => {
      const principal = await identify(parts, request, reply);
      request.principal = principal;
      assertAllowed(principal, route.permission, request.params);
    },
    handler: async (request, reply) => answer(route, parts, request, reply),
  });
}

async function answer(
  route: Route,
  parts: RouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { principal } = request;
  const { layer } = parts;
  const parsed = parseRequest(route, request as Pick<Call, 'params' | 'query' | 'body'>);
  const scope = layer.scope(principalScope(principal, requestFacts(request), positionOf(request)));
  reply.code(route.status ?? (route.response ? 200 : 204));
  const call = { ...parsed, scope, principal, layer, request, reply };
  const body = await once(call as Call, route, () => route.handler(call as Call));
  if (reply.sent) return reply;
  if (scope.position !== undefined) reply.header(POSITION_HEADER, scope.position);
  // Fastify takes `undefined` for an answer that is still to come.
  return body === undefined ? reply.send() : body;
}

function positionOf({ headers }: FastifyRequest): string | undefined {
  const position = headers[POSITION_HEADER];
  return typeof position === 'string' ? position : undefined;
}

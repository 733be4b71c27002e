import type { FastifyInstance } from 'fastify';
import { AquiferError } from '../../errors/index.js';
import { identify } from '../guard.js';
import { asAquiferError } from '../problem.js';
import type { Route } from '../route.js';
import { type RouteParts, serveRoute } from '../serve-route.js';
import { embeddingRoutes } from './embeddings.js';
import { toOpenAiError } from './error.js';
import { fileRoutes } from './files/routes.js';
import { ModelNotFoundError, modelRoutes } from './models.js';
import { vectorStoreRoutes } from './vector-stores/index.js';

export interface OpenAiParts extends RouteParts {
  readonly routes: readonly Route[];
}

/** Every route below `/v1`. @param maxBytes of one file */
export function openAiRoutes(maxBytes: number): readonly Route[] {
  return [...modelRoutes, ...embeddingRoutes, ...fileRoutes(maxBytes), ...vectorStoreRoutes];
}

/** What OpenAI's clients ask for below `/v1`, as far as a data layer has it: errors there are as they read them. */
export async function serveOpenAi(app: FastifyInstance, parts: OpenAiParts): Promise<void> {
  await app.register(async (child) => {
    answerErrors(child);
    for (const route of parts.routes) serveRoute(child, route, parts);
    child.all('/v1/*', {
      onRequest: async (request, reply) => {
        request.principal = await identify(parts, request, reply);
      },
      handler: async ({ method, url }) => {
        const path = url.split('?')[0]?.slice(0, 200);
        throw new AquiferError('AQF_ROUTE_NOT_FOUND', `Unknown request URL: ${method} ${path}.`, {
          hint: 'Aquifer serves embeddings, models, files and vector stores of this API; docs/openai.md lists what it does not.',
        });
      },
    });
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = asAquiferError(thrown);
    if (error.status >= 500)
      request.log.error({ err: error.code === 'AQF_INTERNAL' ? thrown : error }, 'failed');
    return reply.code(statusOf(error)).send(toOpenAiError(error));
  });
}

/** A model that is not there is not found. */
function statusOf(error: AquiferError): number {
  return error instanceof ModelNotFoundError ? 404 : error.status;
}

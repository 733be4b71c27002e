import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import websocket from '@fastify/websocket';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Authenticator, Principal } from '../accounts/index.js';
import { AquiferError } from '../errors/index.js';
import type { Log } from '../logging/index.js';
import { answerConditionally } from './conditional.js';
import { asAquiferError, PROBLEM_TYPE, toProblem } from './problem.js';
import { requestId } from './request-facts.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly authenticator: Authenticator;
  }
  interface FastifyRequest {
    /** Who asks; set before a route of ours is entered. */
    principal: Principal;
  }
}

export interface AppOptions {
  readonly log: Log;
  /** Bytes of a body that is not a file. */
  readonly bodyBytes: number;
  /** Bytes of an uploaded file. */
  readonly uploadBytes: number;
  /** Milliseconds for a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** Origins that browsers may ask from, besides the server's own. */
  readonly origins: readonly string[];
  /** Whether `x-forwarded-…` is believed. */
  readonly trustProxy: boolean;
  readonly connections: number;
}

/** Fastify with all that holds for every route: ids, log lines, limits, headers, errors. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.log as FastifyBaseLogger,

    // One line a request is ours.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    requestIdHeader: false,
    bodyLimit: options.bodyBytes,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    trustProxy: options.trustProxy,
    forceCloseConnections: 'idle',
    // What came over a connection that was accepted is answered, also while the server ends.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 4096 },
    http: { headersTimeout: 30_000 },
  });
  app.server.maxConnections = options.connections;
  app.decorateRequest('principal');
  logRequests(app);
  answerErrors(app);
  await app.register(helmet, { contentSecurityPolicy: CONTENT_POLICY, strictTransportSecurity: false });
  if (options.origins.length > 0)
    await app.register(cors, { origin: [...options.origins], exposedHeaders: EXPOSED });
  answerConditionally(app);
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip', 'identity'] });
  await app.register(multipart, {
    limits: { fileSize: options.uploadBytes, files: 20, fields: 50, fieldSize: options.bodyBytes },
  });
  await app.register(websocket, { options: { maxPayload: 64 * 1024 } });
  return app;
}

const EXPOSED = [
  'etag',
  'location',
  'retry-after',
  'x-request-id',
  'aquifer-position',
  'ratelimit-remaining',
];

/** The console brings everything along: nothing is loaded from elsewhere, and nothing frames it. */
const CONTENT_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
};

/** One line a request, when it is over: the pattern of its route, and nothing of its content. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, principal } = request;
    const facts = {
      tenant: principal?.tenantId,
      actor: principal?.actorId,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    request.log.info(
      { method, route: routeOptions.url ?? '(none)', status: reply.statusCode, ...facts },
      'request',
    );
  });
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = asAquiferError(thrown);
    if (error.status >= 500)
      request.log.error({ err: error.code === 'AQF_INTERNAL' ? thrown : error }, 'failed');
    return reply
      .code(error.status)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(toProblem(error, request.id)));
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new AquiferError('AQF_ROUTE_NOT_FOUND', 'There is no such route.');
    return reply
      .code(404)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(toProblem(error, request.id)));
  });
}

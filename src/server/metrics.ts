import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Histogram, Registry } from 'prom-client';
import type { DataLayer } from '../layer/index.js';
import { assertAction, type GuardParts, identify } from './guard.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsParts extends GuardParts {
  readonly layer: DataLayer;
  /** What the server listens on. */
  readonly host: string;
}

/**
 * Figures for Prometheus: those of the layer, and requests by route. Free to this machine where the server listens to it
 * alone; from elsewhere it takes `operations:read`.
 */
export function serveMetrics(app: FastifyInstance, parts: MetricsParts): void {
  const registry = countRequests(app);
  app.get('/metrics', async (request, reply) => {
    if (!isFromHere(request, parts.host)) {
      request.principal = await identify(parts, request, reply);
      assertAction(request.principal, 'operations', 'read');
    }
    const texts = await Promise.all([parts.layer.metrics(), registry.metrics()]);
    return reply.type(registry.contentType).send(texts.join('\n'));
  });
}

function countRequests(app: FastifyInstance): Registry {
  const registry = new Registry();
  const labelNames = ['method', 'route', 'status'];
  const requests = new Counter({
    name: 'aquifer_http_requests_total',
    help: 'Requests that were answered.',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'aquifer_http_request_seconds',
    help: 'How long answers took.',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers: [registry],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, { elapsedTime, statusCode }) => {
    const route = routeOptions.url ?? '(none)';
    requests.inc({ method, route, status: `${Math.floor(statusCode / 100)}xx` });
    seconds.observe({ method, route }, elapsedTime / 1000);
  });
  return registry;
}

/** Behind a proxy everything comes from this machine. */
function isFromHere({ socket, headers, hostname }: FastifyRequest, host: string): boolean {
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
  const isAskedAsHere = LOOPBACK.includes(hostname.replace(/^\[|\]$/g, ''));
  return LOOPBACK.includes(host) && !isForwarded && isAskedAsHere && isLoopback(socket.remoteAddress);
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}

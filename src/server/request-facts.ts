import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { RequestFacts } from '../relational/index.js';

const SANE_ID = /^[\w.:-]{1,128}$/;

/** The id that the client gave its request, when it can be kept; else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID();
}

/** What the audit keeps of a request. */
export function requestFacts({ id, ip, headers }: FastifyRequest): RequestFacts {
  return { requestId: id, ip, userAgent: headers['user-agent']?.slice(0, 1024) };
}

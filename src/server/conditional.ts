import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * ETags of what was read: those that a route gave, else a weak one of the text of the answer. To be registered before
 * compression, whose streams have no text.
 */
export function answerConditionally(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200) return payload;
    if (!reply.hasHeader('etag') && typeof payload === 'string') reply.header('etag', weakTag(payload));
    if (!isKnown(request, reply)) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

function weakTag(text: string): string {
  return `W/"${createHash('sha1').update(text).digest('base64url')}"`;
}

/** Compared weakly, as reads are (RFC 9110, 13.1.2). */
function isKnown({ headers }: FastifyRequest, reply: FastifyReply): boolean {
  const known = headers['if-none-match'];
  const tag = reply.getHeader('etag');
  if (known === undefined || typeof tag !== 'string') return false;
  return known.trim() === '*' || known.split(',').some((each) => bare(each) === bare(tag));
}

function bare(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

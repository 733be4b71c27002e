import type { FastifyReply, FastifyRequest } from 'fastify';
import { AquiferError, isAquiferError } from '../../errors/index.js';

type Row = Readonly<Record<string, unknown>>;

/** The ETag of a row is its revision, where it has one; others get the weak one of every answer. */
export function tagRow(reply: FastifyReply, { revision }: Row): void {
  if (typeof revision === 'number') reply.header('etag', `"${revision}"`);
}

/**
 * The revision that `If-Match` asks for; undefined where any will do.
 * @throws AQF_PRECONDITION_FAILED for what is no ETag of a row
 */
export function expectedRevision({ headers }: FastifyRequest): number | undefined {
  const tag = headers['if-match']?.trim();
  if (tag === undefined || tag === '*') return undefined;
  const revision = /^"(\d{1,15})"$/.exec(tag)?.[1];
  if (revision === undefined) throw preconditionFailed();
  return Number(revision);
}

/** Runs a write that `If-Match` guards. @throws AQF_PRECONDITION_FAILED in place of AQF_REVISION_CONFLICT */
export async function guarded<T>(
  request: FastifyRequest,
  write: (options: { readonly revision?: number }) => Promise<T>,
): Promise<T> {
  const revision = expectedRevision(request);
  if (revision === undefined) return write({});
  try {
    return await write({ revision });
  } catch (error) {
    throw isAquiferError(error, 'AQF_REVISION_CONFLICT') ? preconditionFailed() : error;
  }
}

function preconditionFailed(): AquiferError {
  return new AquiferError('AQF_PRECONDITION_FAILED', 'The row is not as `If-Match` says.');
}

import type { AquiferError, ErrorCode } from '../errors/index.js';
import type { Transaction } from '../relational/index.js';
import type { EmbeddedChunk } from './embed.js';
import * as queries from './queries.js';
import type { PipelineOptions } from './types.js';

const LONGEST_BACKOFF_MS = 300_000;
const BACKOFF_FACTOR = 4;
const LONGEST_REASON = 1000;
const FIRST_RATE_LIMIT_WAIT_MS = 1000;

/** Errors that the same text will meet again, however often it is tried. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['AQF_EMBEDDING_REFUSED', 'AQF_VECTOR_DIMENSIONS']);

type Policy = Pick<Required<PipelineOptions>, 'attempts' | 'backoffMs'>;

/** A document of which a chunk could not be embedded. */
export interface FailedDocument {
  readonly id: string;
  readonly flag: string;
  readonly attempts: number;
  readonly code: ErrorCode;
  readonly reason: string;
  /** Milliseconds until it is tried again. */
  readonly waitMs: number;
  readonly isDead: boolean;
}

/** What became of the chunks of a batch that have no vectors. */
export interface Verdict {
  readonly failed: readonly FailedDocument[];
  /** Milliseconds in which the provider is not to be asked for this tenant; undefined where it may be. */
  readonly waitMs: number | undefined;
}

/**
 * Judges the failures of a batch. A rate limit is waited for and counts for nothing. Where nothing at all succeeded the
 * provider is at fault, and the tenant waits before it tries other documents.
 */
export function judge(embedded: readonly EmbeddedChunk[], policy: Policy): Verdict {
  const failures = embedded.flatMap(({ chunk, result }) =>
    result.ok ? [] : [{ chunk, error: result.error }],
  );
  const limits = failures.filter(({ error }) => error.code === 'AQF_EMBEDDING_RATE_LIMITED');
  const counted = failures.filter(({ error }) => error.code !== 'AQF_EMBEDDING_RATE_LIMITED');
  const failed = [...new Map(counted.map((failure) => [failure.chunk.documentId, failure])).values()].map(
    (failure) => failedDocument(failure, policy),
  );
  const waits = limits.map(({ error }) => retryAfter(error));
  const isProviderDown =
    failures.length === embedded.length && counted.some(({ error }) => !FINAL.has(error.code));
  if (isProviderDown) waits.push(...failed.filter(({ isDead }) => !isDead).map(({ waitMs }) => waitMs));
  return { failed, waitMs: waits.length > 0 ? Math.max(...waits) : undefined };
}

export async function recordFailures(
  tx: Transaction,
  tenantId: string,
  failed: readonly FailedDocument[],
): Promise<void> {
  if (failed.length === 0) return;
  await tx.query(queries.RECORD_FAILURES, [
    tenantId,
    failed.map(({ id }) => id),
    failed.map(({ flag }) => flag),
    failed.map(({ attempts }) => attempts),
    failed.map(({ code }) => code),
    failed.map(({ reason }) => reason),
    failed.map(({ waitMs }) => waitMs / 1000),
    failed.map(({ isDead }) => isDead),
  ]);
}

function failedDocument(
  { chunk, error }: { readonly chunk: EmbeddedChunk['chunk']; readonly error: AquiferError },
  policy: Policy,
): FailedDocument {
  const attempts = chunk.attempts + 1;
  return {
    id: chunk.documentId,
    flag: chunk.flag ?? '',
    attempts,
    code: error.code,
    reason: `Chunk ${chunk.ordinal}: ${error.message}`.slice(0, LONGEST_REASON),
    waitMs: backoff(attempts, policy),
    isDead: FINAL.has(error.code) || attempts >= policy.attempts,
  };
}

/** Jittered, so that documents that failed together do not come back together. */
function backoff(attempts: number, { backoffMs }: Policy): number {
  const longest = Math.min(backoffMs * BACKOFF_FACTOR ** (attempts - 1), LONGEST_BACKOFF_MS);
  return longest * (0.75 + Math.random() / 4);
}

function retryAfter({ facts }: AquiferError): number {
  const { retryAfterMs } = facts;
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? retryAfterMs : FIRST_RATE_LIMIT_WAIT_MS;
}

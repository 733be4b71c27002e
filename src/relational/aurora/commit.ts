import { messageOf } from '../../errors/index.js';
import { CommitUnknownError, commitUnknown } from '../errors.js';
import { Backoff } from './backoff.js';
import type { DataApi } from './data-api.js';
import { lost, outcomeOf, toAuroraError } from './failures.js';
import { firstText } from './results.js';

/**
 * Commits, and finds out what became of a commit whose answer was lost. `writes` is the id that PostgreSQL gave
 * the transaction; undefined when it wrote nothing, and then nothing can have been lost.
 * @throws a DatabaseError; ConnectionLostError when it was rolled back; CommitUnknownError
 */
export async function commit(api: DataApi, transactionId: string, writes: string | undefined): Promise<void> {
  try {
    await api.commit(transactionId);
  } catch (error) {
    if (outcomeOf(error) === 'refused') throw toAuroraError(error);
    // It may still be open and hold locks, which the service would leave it for three minutes.
    if (writes === undefined) await api.rollback(transactionId).catch(() => undefined);
    else await resolveCommit(api, transactionId, writes, error);
  }
}

async function resolveCommit(api: DataApi, transactionId: string, writes: string, reason: unknown) {
  const backoff = new Backoff({ firstMs: 50, longestMs: 2_000, totalMs: api.commitLookupMs });
  do {
    const status = await statusOf(api, writes);
    if (status === 'committed') return;
    if (status === 'aborted') throw lost(`the commit did not arrive: ${messageOf(reason)}`);
    // Still open, so the commit may not have arrived: one or the other comes first, and the status tells which.
    if (status === 'in progress') await api.rollback(transactionId).catch(() => undefined);
  } while (await backoff.wait());
  throw unresolved(writes, reason);
}

/** Undefined when the server could not be asked. */
async function statusOf(api: DataApi, writes: string): Promise<string | undefined> {
  try {
    // The id comes from the server and consists of digits.
    const sql = `select pg_catalog.pg_xact_status('${BigInt(writes)}'::xid8)`;
    return firstText(await api.execute(sql));
  } catch {
    return undefined;
  }
}

function unresolved(writes: string, reason: unknown): CommitUnknownError {
  const { code, message } = commitUnknown(reason);
  return new CommitUnknownError(code, message, { facts: { transactionId: writes }, cause: reason });
}

import type { CommitMarker } from '../errors.js';
import { parseLsn } from '../session-position.js';

export type Fate = 'committed' | 'aborted' | 'in progress' | 'unknown';

/** What a primary says when asked for a transaction. */
export interface Testimony {
  /** Of `pg_xact_status`; `future` when it refuses the id as one that it has not given out yet. */
  readonly status: 'committed' | 'aborted' | 'in progress' | 'future' | null;
  /** Where its last recovery ended; for a promoted server that is where it left the history of its primary. */
  readonly recoveredTo: bigint | undefined;
  /** As in the marker. */
  readonly startedAt: string;
  /** Whether it answers at the address at which the transaction ran. */
  readonly isSameAddress: boolean;
}

export const ASK_FATE = `
  select pg_catalog.pg_xact_status($1::text::pg_catalog.xid8) as status,
    pg_catalog.pg_last_wal_replay_lsn()::text as recovered_to,
    extract(epoch from pg_catalog.pg_postmaster_start_time())::text as started_at,
    pg_catalog.pg_current_wal_insert_lsn()::text as lsn`;

/**
 * What became of a transaction. An id alone is no proof: a server that was promoted, or that lost the end of its log
 * in a crash, gives ids out again that it never heard of, and would tell the fate of a stranger. What the transaction
 * had written by `writtenTo` carries its id, and its commit lies behind that. So a server whose recovery ended
 * before `writtenTo` has no commit of it; one whose recovery came that far has seen the id and cannot have given it
 * out again. (After a crash of the new primary before it was asked, its recovery may have come further than the
 * history that both shared; an id given out again within that time would then be mistaken.)
 */
export function judgeFate(marker: CommitMarker, testimony: Testimony): Fate {
  const { status, recoveredTo, startedAt, isSameAddress } = testimony;
  const recoveredBefore = marker.recoveredTo === undefined ? undefined : parseLsn(marker.recoveredTo);
  // The same server, by whatever address, and no recovery since.
  if (startedAt === marker.startedAt && recoveredTo === recoveredBefore) return byStatus(status);
  // A shutdown in good order, after which nothing has to be recovered.
  if (isSameAddress && recoveredTo === undefined) return byStatus(status);
  if (recoveredTo !== undefined) {
    return recoveredTo < parseLsn(marker.writtenTo) ? 'aborted' : byStatus(status);
  }
  const isForSure = status === 'aborted' || status === 'future';
  return isForSure ? 'aborted' : 'unknown';
}

function byStatus(status: Testimony['status']): Fate {
  if (status === 'future') return 'aborted';
  return status ?? 'unknown';
}

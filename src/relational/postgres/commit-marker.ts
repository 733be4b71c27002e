import type { CommitMarker } from '../errors.js';
import type { Step } from './group.js';

/** Asked while the transaction is open. A standby has written nothing and has no position to give. */
export const COMMIT_MARKER: Step = {
  name: 'aquifer_commit_marker',
  text: `select pg_catalog.pg_current_xact_id_if_assigned()::text,
           (case when pg_catalog.pg_is_in_recovery() then null
             else pg_catalog.pg_current_wal_insert_lsn() end)::text,
           pg_catalog.pg_last_wal_replay_lsn()::text,
           extract(epoch from pg_catalog.pg_postmaster_start_time())::text`,
  values: [],
};

/** Undefined while the transaction has written nothing. */
export function readCommitMarker(row: readonly (string | null)[] | undefined): CommitMarker | undefined {
  const [transactionId, writtenTo, recoveredTo, startedAt] = row ?? [];
  if (!transactionId || !writtenTo || !startedAt) return undefined;
  return { transactionId, writtenTo, recoveredTo: recoveredTo ?? undefined, startedAt };
}

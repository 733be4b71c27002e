import { parseLsn } from '../session-position.js';

/** What a server says of itself. */
export interface Look {
  readonly standby: boolean;
  /** A primary has flushed its log up to here; a standby has replayed it up to here. */
  readonly lsn: bigint;
  /** Where its last recovery ended, on a primary: where it was promoted, for one that was. */
  readonly recoveredTo: bigint | undefined;
  /** Only a primary knows. */
  readonly timeline: number | undefined;
  /** Milliseconds since the epoch by its own clock. */
  readonly clock: number;
  /** The time of the last commit that it replayed, by the clock of the primary that made it. */
  readonly replayedCommitAt: number | undefined;
}

/** One row, and nothing is read but the memory of the server. */
export const LOOK = {
  name: 'aquifer_look',
  text: `
    select pg_is_in_recovery() as standby,
      (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end)::text as lsn,
      (case when pg_is_in_recovery() then null else pg_last_wal_replay_lsn() end)::text as recovered_to,
      case when pg_is_in_recovery() then null
        else ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int8::float8 end as timeline,
      extract(epoch from clock_timestamp())::float8 * 1000 as clock,
      extract(epoch from pg_last_xact_replay_timestamp())::float8 * 1000 as replayed_commit_at`,
} as const;

interface LookRow {
  readonly standby: boolean;
  readonly lsn: string | null;
  readonly recovered_to: string | null;
  readonly timeline: number | null;
  readonly clock: number;
  readonly replayed_commit_at: number | null;
}

export function readLook(row: LookRow): Look {
  return {
    standby: row.standby,
    lsn: row.lsn === null ? 0n : parseLsn(row.lsn),
    recoveredTo: row.recovered_to === null ? undefined : parseLsn(row.recovered_to),
    timeline: row.timeline ?? undefined,
    clock: row.clock,
    replayedCommitAt: row.replayed_commit_at ?? undefined,
  };
}

import type { DedicatedConnections } from './dedicated.js';
import { startHeartbeat } from './heartbeat.js';

/** Sent last, for a statement with parameters keeps its snapshot until the next one comes. */
const STAY = 'set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0';
const TRY_LOCK = 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked';

/**
 * Runs `work` under an advisory lock of this database; false when another holds it. The lock belongs to a
 * transaction that stays open, as PgBouncer keeps a connection together for no longer; idle as it is, it holds no
 * snapshot and does not hinder vacuum. `signal` aborts when the connection, and with it the lock, is lost.
 */
export async function withAdvisoryLock(
  connections: DedicatedConnections,
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lost = new AbortController();
  const client = await connections.connect(() => lost.abort());
  const stopHeartbeat = startHeartbeat(client);
  try {
    await client.query('begin');
    const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [`aquifer:${name}`]);
    if (!rows[0]?.locked) return false;
    await client.query(STAY);
    await work(lost.signal);
    return true;
  } finally {
    stopHeartbeat();
    // Released when this is answered; ending the connection alone would release it some time later.
    await client.query('rollback').catch(() => undefined);
    await client.end();
  }
}

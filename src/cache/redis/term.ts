import type { Redis } from 'ioredis';
import { ROOT_PATH, spaceMark } from '../names.js';
import type { RedisKeys } from './keys.js';
import { MARK_TTL_MS } from './limits.js';
import { runScript } from './run-script.js';
import { ADOPT } from './scripts.js';
import { newToken } from './tokens.js';

/**
 * Makes sure that nothing counts which a server holds from before its present term, the time since it last started
 * or became the primary. A crash and a failover may both lose the last invalidations that were confirmed: Redis syncs
 * its file once a second, and sends to its replicas without waiting for them.
 */
export async function adoptTerm(connection: Redis, keys: RedisKeys): Promise<void> {
  const term = await readTerm(connection);
  await runScript(
    connection,
    ADOPT,
    [keys.run, keys.mark(spaceMark(ROOT_PATH))],
    [term, newToken(), MARK_TTL_MS],
  );
}

/** A server that does not say which term it is in begins a new one with every connection. */
export async function readTerm(connection: Redis): Promise<string> {
  const info = await connection.info().catch((error: Error) => {
    if (error.message.startsWith('NOPERM')) return '';
    throw error;
  });
  const run = /^run_id:(\w+)/m.exec(info)?.[1];
  // The id of the replication changes when a replica is promoted, the id of the run when a server starts.
  const replication = /^master_replid:(\w+)/m.exec(info)?.[1] ?? '';
  return run === undefined ? newToken() : `${run}:${replication}`;
}

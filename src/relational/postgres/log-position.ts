import type { TransactionContext } from '../context.js';
import { DatabaseError } from '../errors.js';
import { parseLsn } from '../session-position.js';
import type { Connection } from './connection.js';
import { alone } from './group.js';
import { fitted, LOG_POSITION, type SessionRules } from './session-rules.js';

/** Beyond what any replica has replayed: only the primary serves a session whose writes went who knows how far. */
export const UNKNOWN_LSN = parseLsn('FFFFFFFF/FFFFFFFF');

/**
 * Asks how far the log goes, right behind the commit that was just sent on the connection, and moves the position
 * of the session there. Never rejects: the commit stands whatever becomes of the question.
 */
export async function followLog(
  connection: Connection,
  rules: SessionRules,
  context: TransactionContext,
): Promise<void> {
  const position = context.kind === 'tenant' ? context.position : undefined;
  if (!position) return;
  try {
    const { rows } = await connection.run(fitted(rules, alone(LOG_POSITION)));
    position.advance(parseLsn(String(rows[0]?.lsn)));
  } catch (error) {
    // A standby has no position to give, and nothing was written there.
    if (!isRefusal(error)) position.advance(UNKNOWN_LSN);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'AQF_QUERY_FAILED';
}

import pg from 'pg';
import { messageOf } from '../../errors/index.js';
import { DatabaseError } from '../../relational/index.js';

/**
 * An error of the server as node-postgres has it: `code` is the SQLSTATE. What never came from a server keeps its own
 * code.
 */
export function toPgError(error: unknown): Error {
  if (error instanceof DatabaseError && error.sqlstate) {
    const { constraint, table, column } = error.facts as Record<string, string | undefined>;
    const message = error.cause instanceof Error ? messageOf(error.cause) : error.message;
    return Object.assign(new pg.DatabaseError(message, 0, 'error'), {
      severity: 'ERROR',
      code: error.sqlstate,
      constraint,
      table,
      column,
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(messageOf(error));
}

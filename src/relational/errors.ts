import { AquiferError, type ErrorCode, isAquiferError, messageOf } from '../errors/index.js';

/** What both PGlite and node-postgres put on an error of the server. */
interface ServerError {
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
}

const CODE_BY_SQLSTATE: Readonly<Record<string, ErrorCode>> = {
  AQ001: 'AQF_SCOPE_MISSING',
};

/**
 * An error of the database as an AquiferError: SQLSTATE and constraint as facts. The server's DETAIL is
 * left out, for it quotes rows.
 */
export function toDatabaseError(error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  const { code: sqlstate, constraint, table, column } = error as ServerError;
  const code = (sqlstate && CODE_BY_SQLSTATE[sqlstate]) || 'AQF_QUERY_FAILED';
  const cause = new Error(messageOf(error));
  return new AquiferError(code, `The database refused a statement: ${messageOf(error)}`, {
    facts: { sqlstate, constraint, table, column },
    cause,
  });
}

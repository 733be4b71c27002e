import type { RawResult, Statement } from '../relational/index.js';
import { looksReadOnly, ReadOnlyError } from '../relational/index.js';
import type { GuestStatements } from './host.js';

/**
 * Runs a statement outside of a transaction; one that looks as if it only read may be served by a replica. Should a
 * function that it calls want to write, the read-only transaction has refused it whole, and it is run again as a write.
 */
export async function runAlone(scope: GuestStatements, statement: Statement): Promise<RawResult> {
  if (!looksReadOnly(statement.text)) return scope.queryRaw(statement);
  try {
    return await scope.queryRaw(statement, { access: 'read' });
  } catch (error) {
    if (!(error instanceof ReadOnlyError)) throw error;
    return scope.queryRaw(statement);
  }
}

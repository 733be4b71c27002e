import type { Statement } from '../provider.js';

/** A statement that goes along with another. Of the rows of those behind it the last is kept. */
export interface Step {
  readonly text: string;
  readonly values: readonly string[];
  /** Prepared under this name where it is given. */
  readonly name?: string;
}

/**
 * Statements that go to the server in one write and are answered together. PostgreSQL runs what comes before one
 * Sync as one transaction unless it holds a BEGIN (manual, "Message Flow", "Extended Query"): settings that are
 * local to the transaction hold for the statement and are gone after it.
 */
export interface Group {
  readonly before: readonly Step[];
  readonly statement: Statement;
  readonly after: readonly Step[];
  /** `arrays` leaves dates, timestamps and intervals as text. */
  readonly rows: 'objects' | 'arrays';
  /** What commits it: the Sync at its end, the statement itself, or something later. */
  readonly committedBy: 'sync' | 'statement' | 'other';
}

/** The statement with nothing around it, in a transaction that is open. */
export function alone(statement: Statement, rows: Group['rows'] = 'objects'): Group {
  return { before: [], statement, after: [], rows, committedBy: 'other' };
}

import type { RelationalProvider, SystemContext } from '../relational/index.js';
import * as queries from './queries.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'uploads' };

/** Forgets uploads that were over so many days ago, and originals that are of no document any more. */
export async function sweepUploads(relational: RelationalProvider, days: number): Promise<void> {
  await relational.query(CONTEXT, { text: queries.DELETE_OLD, values: [days] });
  await relational.query(CONTEXT, { text: queries.REMOVE_UNUSED });
}

import type { RelationalProvider, SystemContext } from '../relational/index.js';
import { emptyExpiredStores } from './expired-stores.js';
import * as queries from './queries.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'uploads' };

/**
 * Forgets uploads that were over so many days ago, what is in vector stores that have expired, and originals that are of no
 * document any more.
 */
export async function sweepUploads(relational: RelationalProvider, days: number): Promise<void> {
  await relational.query(CONTEXT, { text: queries.DELETE_OLD, values: [days] });
  await emptyExpiredStores(relational);
  await relational.query(CONTEXT, { text: queries.REMOVE_UNUSED });
}

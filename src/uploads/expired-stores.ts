import type { RelationalProvider, SystemContext } from '../relational/index.js';
import * as queries from './queries.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'uploads' };
/** Days in which a store that expired can be taken up again with all that is in it. */
const GRACE_DAYS = 1;
const AT_ONCE = 1000;
/** A round of maintenance does other things as well; the next one goes on. */
const MOST_TURNS = 20;

/** Removes what is in vector stores that expired a day ago: documents and the list of files. The files and the store stay. */
export async function emptyExpiredStores(relational: RelationalProvider): Promise<void> {
  await relational.query(CONTEXT, { text: queries.FORGET_EXPIRED_FILES, values: [GRACE_DAYS] });
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const values = [GRACE_DAYS, AT_ONCE];
    const { rows } = await relational.query(CONTEXT, { text: queries.REMOVE_EXPIRED_DOCUMENTS, values });
    if (rows.length < AT_ONCE) return;
  }
}

import type { RelationalProvider, SystemContext } from '../relational/index.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'retention of documents' };

/** Removes for good what has been in the trash for so many days. Resolves to how many documents. */
export async function emptyTrash(relational: RelationalProvider, days: number): Promise<number> {
  const text = 'select aquifer.empty_trash($1)::integer as purged';
  const { rows } = await relational.query<{ purged: number }>(CONTEXT, { text, values: [days] });
  return rows[0]?.purged ?? 0;
}

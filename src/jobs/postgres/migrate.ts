import { runMigrations } from 'bullmq';
import { OWNER, type RelationalProvider, type Row, type Transaction } from '../../relational/index.js';
import { SCHEMA } from './pool.js';

const CONTROL = /^\s*(begin|commit|rollback)\s*;?\s*$/i;

/** Brings BullMQ's own tables up to date, in one transaction; safe to call from many processes at once. */
export async function migrateQueueTables(relational: RelationalProvider): Promise<void> {
  await relational.transaction(OWNER, (tx) => runMigrations(clientOf(tx), SCHEMA));
}

/** The transaction is open already and ends with the function that has it. Texts without values may be many statements. */
function clientOf(tx: Transaction): Parameters<typeof runMigrations>[0] {
  return {
    query: async <R>(text: string, values?: readonly unknown[]) => {
      if (CONTROL.test(text)) return { rows: [] as R[] };
      if (values || /^\s*select/i.test(text)) {
        const { rows } = await tx.query<Row>({ text, ...(values && { values }) });
        return { rows: rows as R[] };
      }
      await tx.execute(text);
      return { rows: [] as R[] };
    },
  };
}

import { readFile } from 'node:fs/promises';
import { DbProvider } from 'aquifer';
import { migrate, OWNER } from 'aquifer/relational';

/** Makes Aquifer's own tables and those of the chat, which are the ones of the example with Prisma. */
export async function setUp(): Promise<void> {
  const sql = await readFile(new URL('../../prisma-chat/sql/chat.sql', import.meta.url), 'utf8');
  const database = await DbProvider.init();
  try {
    await migrate(database);
    await database.transaction(OWNER, (tx) => tx.execute(sql));
  } finally {
    await DbProvider.shutdown();
  }
}

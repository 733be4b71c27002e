import { readFileSync } from 'node:fs';

/** The tables of the chat platform of the examples. */
export const CHAT_SQL = readFileSync(
  new URL('../../examples/prisma-chat/sql/chat.sql', import.meta.url),
  'utf8',
);

import { workerData } from 'node:worker_threads';
import { type PGlite, types } from '@electric-sql/pglite';
import { serve } from '../../threads/index.js';
import { copiedRows } from '../copy/format.js';
import type { QueryResult, RawResult, Row, Statement } from '../provider.js';
import { copyMessages } from './copy-messages.js';
import { initialiseDatabase, openDatabase } from './data-folder.js';

const { dataDir } = workerData as { readonly dataDir: string };

/** What runs before and with a statement that has a transaction of its own. */
export interface OneStatement {
  readonly begin: string;
  /** Enters the context; absent for the owner. */
  readonly enter?: Statement | undefined;
  readonly statement: Statement;
}

const same = (text: string) => text;
/** By object identifier (pg_type.dat): date, timestamp, timestamptz and interval, and their arrays. */
const asText = Object.fromEntries([
  ...[1082, 1114, 1184, 1186].map((type) => [type, same]),
  ...[1182, 1115, 1185, 1187].map((type) => [type, (text: string) => types.arrayParser(text, same, type)]),
]);

/** What the thread that holds the embedded database serves. Statements run in the order of the calls. */
const handlers = {
  async initialise(): Promise<void> {
    await initialiseDatabase(dataDir);
  },
  async open(): Promise<void> {
    database = await openDatabase(dataDir);
  },
  /** From now on answers tell when the channel was notified. */
  async listen(channel: string): Promise<void> {
    await opened().listen(`"${channel.replaceAll('"', '""')}"`, () => heard.add(channel));
  },
  query: async (statement: Statement) => telling(await query(statement)),
  queryRaw: async (statement: Statement) => telling(await queryRaw(statement)),
  async queryOne(one: OneStatement): Promise<QueryResult<Row> & Telling> {
    return telling(await inTransaction(one, query));
  },
  async queryOneRaw(one: OneStatement): Promise<RawResult & Telling> {
    return telling(await inTransaction(one, queryRaw));
  },
  /** Several statements in one text, without parameters. */
  async execute(sql: string): Promise<Telling> {
    await opened().exec(sql);
    return telling({});
  },
  /** One COPY from start to end; `rows` are without header and trailer. */
  async copyIn(statement: string, rows: Uint8Array): Promise<{ affected: number } & Telling> {
    const messages = copyMessages(statement, rows);
    const answers = await opened().runExclusive(() => opened().execProtocol(messages));
    const done = answers.messages.find(({ name }) => name === 'commandComplete') as
      | { text?: string }
      | undefined;
    return telling({ affected: copiedRows(done?.text) });
  },
  async close(): Promise<void> {
    await database?.close();
    database = undefined;
  },
};
export type DatabaseThread = typeof handlers;

let database: PGlite | undefined;
/** Channels that were notified since the last answer. */
const heard = new Set<string>();

interface Telling {
  readonly heard?: readonly string[];
}

function telling<T extends object>(answer: T): T & Telling {
  if (heard.size === 0) return answer;
  const channels = [...heard];
  heard.clear();
  return { ...answer, heard: channels };
}

function opened(): PGlite {
  if (!database) throw new Error('The embedded database is not open.');
  return database;
}

async function query({ text, values = [] }: Statement): Promise<QueryResult<Row>> {
  const { rows, affectedRows } = await opened().query<Row>(text, [...values]);
  return { rows, affected: affectedRows ?? 0 };
}

async function queryRaw({ text, values = [] }: Statement): Promise<RawResult> {
  const options = { rowMode: 'array', parsers: asText } as const;
  const { rows, fields, affectedRows } = await opened().query<unknown[]>(text, [...values], options);
  return { rows, fields, affected: affectedRows ?? 0 };
}

async function inTransaction<T>(
  { begin, enter, statement }: OneStatement,
  run: (statement: Statement) => Promise<T>,
): Promise<T> {
  await opened().exec(begin);
  try {
    if (enter) await query(enter);
    const result = await run(statement);
    await opened().exec('commit');
    return result;
  } catch (error) {
    await opened().exec('rollback');
    throw error;
  }
}

serve(handlers);

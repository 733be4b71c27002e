import { workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { serve } from '../../threads/index.js';
import type { QueryResult, Row } from '../provider.js';
import { initialiseDatabase, openDatabase } from './data-folder.js';

const { dataDir } = workerData as { readonly dataDir: string };

/** What the thread that holds the embedded database serves. Statements run in the order of the calls. */
const handlers = {
  async initialise(): Promise<void> {
    await initialiseDatabase(dataDir);
  },
  async open(): Promise<void> {
    database = await openDatabase(dataDir);
  },
  async query(sql: string, params: readonly unknown[]): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await opened().query<Row>(sql, [...params]);
    return { rows, affected: affectedRows ?? 0 };
  },
  /** Several statements in one text, without parameters. */
  async execute(sql: string): Promise<void> {
    await opened().exec(sql);
  },
  async close(): Promise<void> {
    await database?.close();
    database = undefined;
  },
};
export type DatabaseThread = typeof handlers;

let database: PGlite | undefined;

function opened(): PGlite {
  if (!database) throw new Error('The embedded database is not open.');
  return database;
}

serve(handlers);

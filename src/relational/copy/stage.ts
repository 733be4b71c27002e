import type { Transaction } from '../provider.js';
import { RowBuffer } from './row-buffer.js';
import type { Staging } from './staging.js';

/** Bytes that are encoded before they are sent. */
const PIECE_BYTES = 256 * 1024;
/** Rows of one statement where there is no COPY; the Data API takes a few megabytes at once. */
const ROWS_A_STATEMENT = 100;

/**
 * Makes the table, for this transaction and as its role, and writes the rows into it: by COPY where the provider can,
 * else by INSERT. Row-level security forbids COPY into the tables of tenants, so that rows pass through a table of
 * the transaction's own and reach those by INSERT … SELECT, under their policies. The role needs the right to make
 * temporary tables and no other.
 */
export async function stage<R>(tx: Transaction, staging: Staging<R>, rows: Iterable<R>): Promise<number> {
  const { table, columns } = staging;
  const definitions = columns.map(({ name, type }) => `${name} ${type}`);
  await tx.execute(`create temporary table ${table} (${definitions.join(', ')}) on commit drop`);
  if (!tx.copyIn) return insertRows(tx, staging, [...rows]);
  return tx.copyIn({ table, columns: columns.map(({ name }) => name) }, encodeRows(staging, rows));
}

async function* encodeRows<R>({ columns }: Staging<R>, rows: Iterable<R>): AsyncGenerator<Uint8Array> {
  const buffer = new RowBuffer();
  for (const row of rows) {
    buffer.row(columns.length);
    for (const column of columns) column.write(row, buffer);
    if (buffer.length >= PIECE_BYTES) yield buffer.take();
  }
  if (buffer.length > 0) yield buffer.take();
}

async function insertRows<R>(
  tx: Transaction,
  { table, columns }: Staging<R>,
  rows: readonly R[],
): Promise<number> {
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const values = columns.map(({ name, type }) => `${name}::${type}`).join(', ');
  const names = columns.map(({ name }) => name).join(', ');
  const text = `insert into ${table} select ${values} from unnest(${arrays}) as given (${names})`;
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const some = rows.slice(from, from + ROWS_A_STATEMENT);
    await tx.query({ text, values: columns.map((column) => some.map((row) => column.text(row))) });
  }
  return rows.length;
}

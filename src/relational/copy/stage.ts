import type { Transaction } from '../provider.js';
import { RowBuffer } from './row-buffer.js';
import type { Staging } from './staging.js';

/** Bytes that are encoded before they are sent. */
const PIECE_BYTES = 256 * 1024;
/** Making and dropping a table costs about what so many rows cost as parameters. */
const FEW_ROWS = 20;
/** Rows of one statement where there is no COPY; the Data API takes a few megabytes at once. */
const ROWS_A_STATEMENT = 100;

/** Rows that SQL can read: what to write after FROM, and the values of its parameters. */
export interface StagedRows {
  readonly from: string;
  readonly values: readonly unknown[];
}

/**
 * Makes rows readable for statements of this transaction. Row-level security forbids COPY into the tables of tenants:
 * rows are copied into a table of the transaction's own, made as its role, and reach those by INSERT … SELECT, under
 * their policies. The role needs the right to make temporary tables and no other. A few rows go as parameters, the
 * first of which is `$<parameter>`; a provider without COPY has many go so into the table.
 */
export async function stage<R>(
  tx: Transaction,
  staging: Staging<R>,
  rows: readonly R[],
  parameter: number,
): Promise<StagedRows> {
  const { table, columns } = staging;
  if (rows.length <= FEW_ROWS) return asParameters(staging, rows, parameter);
  const definitions = columns.map(({ name, type }) => `${name} ${type}`);
  await tx.execute(`create temporary table ${table} (${definitions.join(', ')}) on commit drop`);
  if (tx.copyIn) {
    await tx.copyIn({ table, columns: columns.map(({ name }) => name) }, encodeRows(staging, rows));
  } else {
    await insertRows(tx, staging, rows);
  }
  return { from: table, values: [] };
}

async function* encodeRows<R>({ columns }: Staging<R>, rows: readonly R[]): AsyncGenerator<Uint8Array> {
  const buffer = new RowBuffer();
  for (const row of rows) {
    buffer.row(columns.length);
    for (const column of columns) column.write(row, buffer);
    if (buffer.length >= PIECE_BYTES) yield buffer.take();
  }
  if (buffer.length > 0) yield buffer.take();
}

async function insertRows<R>(tx: Transaction, staging: Staging<R>, rows: readonly R[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const some = asParameters(staging, rows.slice(from, from + ROWS_A_STATEMENT), 1);
    await tx.query({ text: `insert into ${staging.table} select * from ${some.from}`, values: some.values });
  }
}

function asParameters<R>({ table, columns }: Staging<R>, rows: readonly R[], parameter: number): StagedRows {
  const arrays = columns.map((_, at) => `$${parameter + at}::text[]`).join(', ');
  const names = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ name, type }) => `${name}::${type} as ${name}`).join(', ');
  return {
    from: `(select ${values} from unnest(${arrays}) as given (${names})) as ${table}`,
    values: columns.map((column) => rows.map((row) => column.text(row))),
  };
}

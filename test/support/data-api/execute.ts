import type { SqlParameter } from '@aws-sdk/client-rds-data';
import type pg from 'pg';
import { bind } from './bind.js';
import { describeColumns, encodeRecords, type PgType, type ResultOptions } from './encode.js';
import { databaseFault, ServiceFault } from './service-fault.js';

export interface ExecuteRequest {
  readonly sql: string;
  readonly parameters?: readonly SqlParameter[];
  readonly includeResultMetadata?: boolean;
  readonly resultSetOptions?: ResultOptions;
}

const MOST_SQL = 65_536;
const MOST_RESULT_BYTES = 1024 * 1024;
const MOST_ROW_BYTES = 64 * 1024;

/** Everything as the text that the server sent. */
const UNPARSED = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

export async function execute(client: pg.Client, request: ExecuteRequest): Promise<object> {
  if (request.sql.length > MOST_SQL) throw tooLong();
  const { text, values } = bind(request.sql, request.parameters);
  const query = { text, values: [...values], rowMode: 'array', types: UNPARSED, queryMode: 'extended' };
  const result = await client.query(query as pg.QueryArrayConfig).catch((error: unknown) => {
    throw databaseFault(error);
  });
  return answer(client, result as pg.QueryArrayResult<(string | null)[]>, request);
}

async function answer(
  client: pg.Client,
  result: pg.QueryArrayResult<(string | null)[]>,
  { includeResultMetadata, resultSetOptions }: ExecuteRequest,
): Promise<object> {
  if (result.fields.length === 0)
    return { generatedFields: [], numberOfRecordsUpdated: result.rowCount ?? 0 };
  const types = await typesOf(client, result);
  assertSizes(result);
  return {
    records: encodeRecords(result, types, resultSetOptions),
    numberOfRecordsUpdated: 0,
    ...(includeResultMetadata ? { columnMetadata: describeColumns(result, types) } : {}),
  };
}

/** On a connection of its own in spirit: the catalogue of types is readable in every role. */
async function typesOf(client: pg.Client, { fields }: pg.QueryArrayResult): Promise<Map<number, PgType>> {
  const { rows } = await client.query<PgType>(
    'select oid::int4 as oid, typname, typtype from pg_catalog.pg_type where oid = any ($1)',
    [fields.map(({ dataTypeID }) => dataTypeID)],
  );
  return new Map(rows.map((type) => [type.oid, type]));
}

function assertSizes({ rows }: pg.QueryArrayResult<(string | null)[]>): void {
  const sizes = rows.map((row) => row.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0));
  if (sizes.some((size) => size > MOST_ROW_BYTES)) {
    throw new ServiceFault('BadRequestException', 'Packet for query is too large');
  }
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_RESULT_BYTES) {
    throw new ServiceFault(
      'BadRequestException',
      'Database returned more than the allowed response size limit',
    );
  }
}

function tooLong(): ServiceFault {
  return new ServiceFault(
    'ValidationException',
    "1 validation error detected: Value at 'sql' failed to satisfy constraint: Member must have length less than or equal to 65536",
  );
}

import pg from 'pg';
import { AquiferError } from '../../errors/index.js';
import { commandOf, type RawResult, type Statement } from '../../relational/index.js';

/** As node-postgres takes it. */
export interface PgQueryConfig {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
  readonly rowMode?: 'array' | string | undefined;
  /** Asked for types that arrive as text: strings, numerics, bigints, dates and times. */
  readonly types?: { getTypeParser(oid: number, format?: string): unknown } | undefined;
}

export interface PgField {
  readonly name: string;
  readonly dataTypeID: number;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: string;
}

/** As node-postgres gives it. */
// biome-ignore lint/suspicious/noExplicitAny: rows are `any` in node-postgres, and code written for it relies on that.
export interface PgQueryResult<R = any> {
  readonly command: string;
  readonly rowCount: number | null;
  readonly oid: number;
  readonly rows: R[];
  readonly fields: PgField[];
}

export type Callback = (error: Error | null, result: PgQueryResult) => void;

/** The forms in which node-postgres takes a query. */
export interface QueryCall {
  readonly config: PgQueryConfig;
  readonly callback: Callback | undefined;
}

/** @throws AQF_NOT_SUPPORTED for streams and cursors; AQF_ARGUMENT_INVALID for what is no query */
export function readCall(
  query: string | PgQueryConfig,
  values: readonly unknown[] | Callback | undefined,
  callback: Callback | undefined,
): QueryCall {
  const given = typeof query === 'string' ? { text: query } : query;
  if (given && 'submit' in given) {
    throw new AquiferError('AQF_NOT_SUPPORTED', 'Cursors and query streams do not run in a scope.', {
      hint: 'Read page by page.',
    });
  }
  if (typeof given?.text !== 'string') {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'A query is a text, or an object with a text.');
  }
  if (typeof values === 'function') return { config: given, callback: values };
  return { config: values === undefined ? given : { ...given, values }, callback };
}

export function toStatement({ text, values, name }: PgQueryConfig): Statement {
  return { text, ...(values && { values }), ...(name !== undefined && { name }) };
}

const ROWS_COUNT = new Set(['SELECT', 'FETCH', 'SHOW', 'EXPLAIN']);
const COUNTED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'MOVE', 'COPY']);

export function toPgResult(config: PgQueryConfig, raw: RawResult): PgQueryResult {
  const command = commandOf(config.text);
  const decoders = raw.fields.map(({ dataTypeID }) => decoderOf(dataTypeID, config.types));
  const decoded = raw.rows.map((row) => row.map((value, at) => decoders[at]?.(value)));
  const rows =
    config.rowMode === 'array'
      ? decoded
      : decoded.map((row) => Object.fromEntries(raw.fields.map(({ name }, at) => [name, row[at]])));
  return { command, rowCount: rowCount(command, raw), oid: 0, rows, fields: raw.fields.map(toField) };
}

/** What node-postgres answers to a statement of transaction control. */
export function controlResult(command: string): PgQueryResult {
  return { command, rowCount: null, oid: 0, rows: [], fields: [] };
}

function rowCount(command: string, { rows, affected }: RawResult): number | null {
  if (COUNTED.has(command)) return affected;
  return ROWS_COUNT.has(command) ? rows.length : null;
}

function toField({ name, dataTypeID }: RawResult['fields'][number]): PgField {
  return {
    name,
    dataTypeID,
    tableID: 0,
    columnID: 0,
    dataTypeSize: -1,
    dataTypeModifier: -1,
    format: 'text',
  };
}

/** Object identifiers of bigint, and of date, timestamp, timestamptz and interval, which raw rows have as text. */
const PARSED_HERE = new Set([20, 1082, 1114, 1184, 1186]);
const BIGINT_ARRAY = 1016;

function decoderOf(dataTypeID: number, types: PgQueryConfig['types']): (value: unknown) => unknown {
  if (types) return textDecoder(types.getTypeParser(dataTypeID, 'text'));
  if (PARSED_HERE.has(dataTypeID)) {
    const parse = textDecoder(pg.types.getTypeParser(dataTypeID, 'text'));
    return (value) => parse(typeof value === 'number' || typeof value === 'bigint' ? String(value) : value);
  }
  if (dataTypeID === BIGINT_ARRAY) return (value) => (Array.isArray(value) ? value.map(asText) : value);
  return (value) => (value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value);
}

function textDecoder(parser: unknown): (value: unknown) => unknown {
  return (value) => (typeof value === 'string' ? (parser as (text: string) => unknown)(value) : value);
}

function asText(value: unknown): unknown {
  return value === null ? null : String(value);
}

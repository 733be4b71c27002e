import type {
  ArrayValue,
  ColumnMetadata,
  ExecuteStatementCommandOutput,
  Field,
} from '@aws-sdk/client-rds-data';
import pg from 'pg';
import { RAW_TYPES } from '../postgres/raw-types.js';
import type { QueryResult, RawResult, Row } from '../provider.js';
import { elementOf, oidOf } from './type-names.js';

type Answer = Pick<ExecuteStatementCommandOutput, 'records' | 'columnMetadata' | 'numberOfRecordsUpdated'>;
type Decode = (field: Field) => unknown;
type Types = Pick<pg.CustomTypesConfig, 'getTypeParser'>;

const NUMERIC = 'numeric';
const TIMESTAMPTZ = 'timestamptz';

/** Rows with the JavaScript values that node-postgres gives. */
export function toQueryResult(answer: Answer): QueryResult<Row> {
  const columns = (answer.columnMetadata ?? []).map((column) => ({
    name: nameOf(column),
    decode: decoderOf(column.typeName ?? '', pg.types),
  }));
  const rows = (answer.records ?? []).map((record) =>
    Object.fromEntries(columns.map(({ name, decode }, at) => [name, decode(fieldAt(record, at))])),
  );
  return { rows, affected: affectedBy(answer) };
}

/** Rows as arrays, dates and times as text. */
export function toRawResult(answer: Answer): RawResult {
  const columns = answer.columnMetadata ?? [];
  const decoders = columns.map(({ typeName = '' }) => decoderOf(typeName, RAW_TYPES));
  return {
    rows: (answer.records ?? []).map((record) => decoders.map((decode, at) => decode(fieldAt(record, at)))),
    fields: columns.map((column) => ({ name: nameOf(column), dataTypeID: oidOf(column.typeName ?? '') })),
    affected: affectedBy(answer),
  };
}

/** The text in the first column of the first row. */
export function firstText({ records }: Answer): string | undefined {
  return records?.[0]?.[0]?.stringValue;
}

function nameOf({ label, name }: ColumnMetadata): string {
  return label || name || '?column?';
}

/** The number of records updated is 0 for a statement that returns rows. */
function affectedBy({ records, numberOfRecordsUpdated }: Answer): number {
  return records?.length || numberOfRecordsUpdated || 0;
}

function fieldAt(record: readonly Field[], at: number): Field {
  return record[at] ?? { isNull: true };
}

function decoderOf(typeName: string, types: Types): Decode {
  const element = elementOf(typeName);
  const decode = element === undefined ? scalarDecoder(typeName, types) : arrayDecoder(element, types);
  return (field) => (field.isNull ? null : decode(field));
}

/** By way of the text that PostgreSQL would have sent, so that it is read by the same code. */
function scalarDecoder(typeName: string, types: Types): Decode {
  const parse = types.getTypeParser(oidOf(typeName), 'text') as (text: string) => unknown;
  return (field) => {
    if (field.booleanValue !== undefined) return field.booleanValue;
    if (field.blobValue !== undefined) return Buffer.from(field.blobValue);
    return parse(textOf(field, typeName));
  };
}

function textOf(field: Field, typeName: string): string {
  const value = field.stringValue ?? field.longValue ?? field.doubleValue ?? '';
  // The Data API gives points in time in UTC and without an offset.
  return typeName === TIMESTAMPTZ ? `${value}+00` : String(value);
}

function arrayDecoder(element: string, types: Types): Decode {
  // node-postgres gives the numbers of a numeric[] as numbers, although those of a numeric are text.
  const decode = decoderOf(element === NUMERIC ? 'float8' : element, types);
  const decodeAll = (value: ArrayValue): unknown[] =>
    value.arrayValues
      ? value.arrayValues.map((inner) => (inner ? decodeAll(inner) : null))
      : elementsOf(value).map(decode);
  return (field) => (field.arrayValue ? decodeAll(field.arrayValue) : decode(field));
}

function elementsOf(value: ArrayValue): Field[] {
  const { stringValues, longValues, doubleValues, booleanValues } = value;
  if (stringValues) return stringValues.map((item) => (item === null ? NULL : { stringValue: item }));
  if (longValues) return longValues.map((item) => (item === null ? NULL : { longValue: item }));
  if (doubleValues) return doubleValues.map((item) => (item === null ? NULL : { doubleValue: item }));
  return (booleanValues ?? []).map((item) => (item === null ? NULL : { booleanValue: item }));
}

const NULL: Field = { isNull: true };

import type pg from 'pg';
import { ServiceFault } from './service-fault.js';

export interface PgType {
  readonly oid: number;
  readonly typname: string;
  /** `b` base, `e` enumeration, `d` domain … */
  readonly typtype: string;
}

type Wire = Readonly<Record<string, unknown>>;
type Encode = (text: string) => Wire;

export interface ResultOptions {
  readonly longReturnType?: 'LONG' | 'STRING';
  readonly decimalReturnType?: 'STRING' | 'DOUBLE_OR_LONG';
}

/** Of what the service returns; an error names the rest. From "Data API operations reference", Aurora User Guide. */
const AS_TEXT = new Set(
  'bpchar cidr date inet json jsonb name numeric text time timestamp uuid varchar vector void'.split(' '),
);
const INTEGERS = new Set(['int2', 'int4', 'int8', 'oid']);
const FLOATS = new Set(['float4', 'float8']);
const ARRAYS_OF =
  /^_(bool|date|numeric|float4|float8|int2|int4|int8|json|jsonb|text|bpchar|varchar|name|time|timestamp|timestamptz|uuid)$/;

export function encodeRecords(
  result: pg.QueryArrayResult<(string | null)[]>,
  types: ReadonlyMap<number, PgType>,
  options: ResultOptions = {},
): Wire[][] {
  const encoders = result.fields.map(({ dataTypeID }) => encoderOf(types.get(dataTypeID), options));
  return result.rows.map((row) =>
    row.map((text, at) => (text === null ? { isNull: true } : (encoders[at]?.(text) ?? {}))),
  );
}

export function describeColumns({ fields }: pg.QueryResult, types: ReadonlyMap<number, PgType>): Wire[] {
  return fields.map(({ name, dataTypeID }) => ({
    name,
    label: name,
    typeName: types.get(dataTypeID)?.typname ?? 'unknown',
    nullable: 1,
  }));
}

function encoderOf(type: PgType | undefined, options: ResultOptions): Encode {
  const name = type?.typname ?? 'unknown';
  if (ARRAYS_OF.test(name)) return arrayEncoder(name.slice(1));
  if (name === 'bool') return (text) => ({ booleanValue: text === 't' });
  if (name === 'bytea')
    return (text) => ({ blobValue: Buffer.from(text.slice(2), 'hex').toString('base64') });
  if (name === 'timestamptz') return (text) => ({ stringValue: inUtc(text) });
  if (FLOATS.has(name)) return (text) => ({ doubleValue: Number(text) });
  if (INTEGERS.has(name) && options.longReturnType !== 'STRING') {
    return (text) => ({ longValue: Number(text) });
  }
  if (AS_TEXT.has(name) || INTEGERS.has(name) || type?.typtype === 'e')
    return (text) => ({ stringValue: text });
  throw new ServiceFault(
    'UnsupportedResultException',
    `The result contains the unsupported data type ${name.toUpperCase()}.`,
  );
}

function arrayEncoder(element: string): Encode {
  return (text) => {
    const items = parseArray(text);
    if (element === 'bool')
      return { arrayValue: { booleanValues: items.map((item) => item && item === 't') } };
    if (INTEGERS.has(element)) return { arrayValue: { longValues: items.map(number) } };
    if (FLOATS.has(element)) return { arrayValue: { doubleValues: items.map(number) } };
    const texts = element === 'timestamptz' ? items.map((item) => item && inUtc(item)) : items;
    return { arrayValue: { stringValues: texts } };
  };
}

function number(item: string | null): number | null {
  return item === null ? null : Number(item);
}

/** One dimension; the service refuses more. */
function parseArray(text: string): (string | null)[] {
  if (text.startsWith('{{')) {
    throw new ServiceFault('UnsupportedResultException', 'The result contains a multidimensional array.');
  }
  const items = text.slice(text.indexOf('{') + 1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs);
  return [...items].map(([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1');
    return bare === 'NULL' ? null : (bare ?? null);
  });
}

/** Sessions of the service are in UTC, and it leaves the offset out. */
function inUtc(text: string): string {
  return text.replace(/\+00$/, '');
}

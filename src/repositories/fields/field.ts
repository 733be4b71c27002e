import { is } from 'drizzle-orm';
import { PgArray, type PgColumn } from 'drizzle-orm/pg-core';
import { quoteIdentifier } from '../../entities/index.js';
import { refused } from '../refusals.js';
import { readingOf } from './decode.js';
import { encoderOf, ValueRefused } from './encode.js';
import { castType } from './sql-type.js';

/** What a field can be asked: text by its parts, scalars by value and order, arrays for an element, others for null. */
export type FieldKind = 'text' | 'scalar' | 'array' | 'opaque';

/** One column of an entity, with what statements need of it worked out beforehand. */
export interface Field {
  readonly entity: string;
  readonly property: string;
  /** As the catalogue has it. */
  readonly name: string;
  /** As SQL has it. */
  readonly column: string;
  readonly cast: string;
  /** `"created_at" as "createdAt"` */
  readonly selected: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  /** Whether `String(value)` of what is read is the value to the last digit. */
  readonly exact: boolean;
  readonly decode: ((value: unknown) => unknown) | undefined;
  /** @throws AQF_ARGUMENT_INVALID */
  encode(value: unknown): unknown;
  encodeElement(value: unknown): unknown;
  /** Filled here where a caller gives no value. */
  readonly onCreate: (() => unknown) | undefined;
  readonly onUpdate: (() => unknown) | undefined;
  /** Whether its values are stored as ciphertext. */
  readonly sealed: boolean;
  /** The column of its blind index, as SQL has it. */
  readonly blind: string | undefined;
  readonly writable: boolean;
}

export interface FieldFacts {
  readonly entity: string;
  readonly property: string;
  readonly sealed: boolean;
  readonly blind: string | undefined;
  readonly writable: boolean;
}

const EXACT_TYPES = new Set([
  'PgText',
  'PgVarchar',
  'PgUUID',
  'PgInteger',
  'PgSmallInt',
  'PgSerial',
  'PgSmallSerial',
  'PgBigInt53',
  'PgBigInt64',
  'PgEnumColumn',
  'PgNumeric',
]);
const TEXT_TYPES = new Set(['PgText', 'PgVarchar', 'PgChar']);
const SCALAR_DATA = new Set(['string', 'number', 'bigint', 'boolean', 'date']);

export function fieldOf(column: PgColumn, facts: FieldFacts): Field {
  const { as, decode } = readingOf(column);
  const quoted = quoteIdentifier(column.name);
  const encode = checked(facts, encoderOf(column));
  return {
    ...facts,
    name: column.name,
    column: quoted,
    cast: castType(column),
    selected: `${quoted}${as} as ${quoteIdentifier(facts.property)}`,
    kind: kindOf(column),
    nullable: !column.notNull,
    exact: EXACT_TYPES.has(column.columnType),
    decode,
    encode,
    encodeElement: is(column, PgArray) ? checked(facts, encoderOf(column.baseColumn as PgColumn)) : encode,
    onCreate: column.defaultFn ?? column.onUpdateFn,
    onUpdate: column.onUpdateFn,
  };
}

function kindOf(column: PgColumn): FieldKind {
  if (is(column, PgArray)) return 'array';
  if (TEXT_TYPES.has(column.columnType)) return 'text';
  return SCALAR_DATA.has(column.dataType) ? 'scalar' : 'opaque';
}

function checked({ entity, property }: FieldFacts, encode: (value: unknown) => unknown): Field['encode'] {
  return (value) => {
    try {
      return encode(value);
    } catch (error) {
      if (error instanceof ValueRefused) throw refused(entity, `${property} ${error.message}`);
      throw error;
    }
  };
}

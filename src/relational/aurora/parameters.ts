import type { Field, SqlParameter } from '@aws-sdk/client-rds-data';
import utils from 'pg/lib/utils.js';
import { AquiferError } from '../../errors/index.js';
import { arrayLiteral } from './binary-arrays.js';
import { parameterName } from './named-parameters.js';

/**
 * Parameters whose types are known and to which the statement casts them: text as node-postgres would send it,
 * which the cast reads with the type's own input function. So every type works that has one.
 * @throws AQF_NOT_SUPPORTED
 */
export function typedParameters(values: readonly unknown[], types: readonly string[]): SqlParameter[] {
  return values.map((value, index) => ({ ...named(index), value: typedField(value, types[index]) }));
}

/** Parameters of a statement that PREPARE does not take, such as EXPLAIN: typed by what they are. */
export function untypedParameters(values: readonly unknown[]): SqlParameter[] {
  return values.map((value, index) => ({ ...named(index), ...hinted(value) }));
}

function named(index: number): { readonly name: string } {
  return { name: parameterName(index + 1) };
}

function typedField(value: unknown, type: string | undefined): Field {
  if (value === null || value === undefined) return { isNull: true };
  if (value instanceof Uint8Array) {
    return type === 'bytea' ? { blobValue: value } : { stringValue: arrayLiteral(value) };
  }
  return { stringValue: text(value) };
}

function hinted(value: unknown): Pick<SqlParameter, 'value' | 'typeHint'> {
  if (value === null || value === undefined) return { value: { isNull: true } };
  if (value instanceof Uint8Array) return { value: { blobValue: value } };
  if (value instanceof Date) return { value: { stringValue: utcTimestamp(value) }, typeHint: 'TIMESTAMP' };
  if (typeof value === 'boolean') return { value: { booleanValue: value } };
  if (typeof value === 'bigint') return { value: { stringValue: String(value) }, typeHint: 'DECIMAL' };
  if (typeof value === 'number') {
    return { value: Number.isSafeInteger(value) ? { longValue: value } : { doubleValue: value } };
  }
  if (typeof value === 'object' && !Array.isArray(value)) {
    return { value: { stringValue: text(value) }, typeHint: 'JSON' };
  }
  return { value: { stringValue: text(value) } };
}

/** `YYYY-MM-DD HH:MM:SS.FFF` in UTC, the one form that the hint TIMESTAMP takes. */
function utcTimestamp(value: Date): string {
  return value.toISOString().replace('T', ' ').replace('Z', '');
}

function text(value: unknown): string {
  const written = utils.prepareValue(value);
  if (typeof written === 'string') return written;
  throw new AquiferError('AQF_NOT_SUPPORTED', 'A value that writes itself as bytes has no text form.');
}

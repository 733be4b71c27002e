import type { Field, SqlParameter } from '@aws-sdk/client-rds-data';
import { ServiceFault } from './service-fault.js';

export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Strings, identifiers, dollar quotes and comments, in which nothing is a parameter; casts; named parameters. */
const PIECES =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([A-Za-z_]\w*)/gs;

/** Types of values and hints: the service declares its parameters, so that text is never read as another type. */
const TYPE_BY_HINT: Readonly<Record<string, string>> = {
  UUID: 'uuid',
  JSON: 'json',
  TIMESTAMP: 'timestamp',
  DATE: 'date',
  TIME: 'time',
  DECIMAL: 'numeric',
};

/** Named parameters as PostgreSQL has them: numbered, each of the type of its value. */
export function bind(sql: string, parameters: readonly SqlParameter[] = []): BoundStatement {
  const values: unknown[] = [];
  const numbers = new Map<string, number>();
  const text = sql.replace(PIECES, (piece, _tag, name: string | undefined) => {
    if (name === undefined) return piece;
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter?.value) throw new ServiceFault('BadRequestException', `Cannot find parameter: ${name}`);
    const { type, value } = toServer(parameter.value, parameter.typeHint);
    const number = numbers.get(name) ?? values.push(value);
    numbers.set(name, number);
    return `($${number}::${type})`;
  });
  return { text, values };
}

function toServer(
  field: Field,
  hint: string | undefined,
): { readonly type: string; readonly value: unknown } {
  if (field.isNull) return { type: 'varchar', value: null };
  if (field.booleanValue !== undefined) return { type: 'bool', value: field.booleanValue };
  if (field.longValue !== undefined) return { type: 'int8', value: field.longValue };
  if (field.doubleValue !== undefined) return { type: 'float8', value: field.doubleValue };
  if (field.blobValue !== undefined) {
    return { type: 'bytea', value: Buffer.from(String(field.blobValue), 'base64') };
  }
  if (field.arrayValue !== undefined) {
    throw new ServiceFault('BadRequestException', 'Array parameters are not supported.');
  }
  return { type: TYPE_BY_HINT[hint ?? ''] ?? 'varchar', value: field.stringValue };
}

import { type AnyEntity, columnsOf } from '../../entities/index.js';

type Fields = Readonly<Record<string, unknown>>;

/** A row as JSON can say it: 64-bit numbers and dates as text, bytes as base64. */
export function toJsonRow(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]));
}

/** A filter as JSON brings it, as the repository takes it; it refuses what does not fit. */
export function fromJsonFilter(entity: AnyEntity, filter: Fields): Fields {
  const columns = columnsOf(entity.table);
  return Object.fromEntries(
    Object.entries(filter).map(([name, condition]) => {
      if (name === 'not' && isObject(condition)) return [name, fromJsonFilter(entity, condition)];
      if ((name === 'and' || name === 'or') && Array.isArray(condition)) {
        return [name, condition.map((each) => (isObject(each) ? fromJsonFilter(entity, each) : each))];
      }
      const isWide = Object.hasOwn(columns, name) && columns[name]?.dataType === 'bigint';
      return [name, isWide ? widened(condition) : condition];
    }),
  );
}

function widened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(widened);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, widened(each)]));
  const isWhole = Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,19}$/.test(value));
  return isWhole ? BigInt(value as number | string) : value;
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Array.isArray(value) ? value.map(toJson) : value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

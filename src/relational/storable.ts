/**
 * A value as PostgreSQL can hold it, in text as in JSON: no NUL, no half of a surrogate pair, in keys
 * neither. What is looked for is cleaned the same way as what is stored, so that it is found.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '') as T;
  if (Array.isArray(value)) return value.map(storable) as T;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [storable(key), storable(item)]),
    ) as T;
  }
  return value;
}

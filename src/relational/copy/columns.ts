import type { StagedColumn } from './staging.js';

/** Columns of the common types; `read` gives the value of a row. Text must be storable: without NUL. */
export function integerColumn<R>(name: string, read: (row: R) => number | null): StagedColumn<R> {
  return {
    name,
    type: 'integer',
    write(row, to) {
      const value = read(row);
      if (value === null) to.null();
      else to.integer(value);
    },
    text: (row) => read(row)?.toString() ?? null,
  };
}

export function textColumn<R>(name: string, read: (row: R) => string | null): StagedColumn<R> {
  return {
    name,
    type: 'text',
    write(row, to) {
      const value = read(row);
      if (value === null) to.null();
      else to.text(value);
    },
    text: read,
  };
}

/** `read` gives the text of the JSON. */
export function jsonbColumn<R>(name: string, read: (row: R) => string): StagedColumn<R> {
  return { name, type: 'jsonb', write: (row, to) => to.jsonb(read(row)), text: read };
}

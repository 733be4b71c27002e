import type { RowBuffer } from './row-buffer.js';

/** A column of a staging table, and how its values are written. */
export interface StagedColumn<R> {
  readonly name: string;
  /** The type, as SQL has it. */
  readonly type: string;
  /** Writes the one field of this row, in the binary form of the type. */
  write(row: R, to: RowBuffer): void;
  /** The same in the text form, for where there is no COPY. */
  text(row: R): string | null;
}

/** A table that a transaction makes for itself, to take up rows that SQL then works on. */
export interface Staging<R> {
  readonly table: string;
  readonly columns: readonly StagedColumn<R>[];
}

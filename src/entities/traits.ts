import type { ColumnBuilders } from './builders.js';

/** The columns of `C` that hold text. */
export type TextColumn<C extends ColumnBuilders> = {
  [K in keyof C & string]: C[K]['_']['dataType'] extends 'string' ? K : never;
}[keyof C & string];

/** The columns of `C` that can hold ciphertext: `text`, without a length. */
export type PlainTextColumn<C extends ColumnBuilders> = {
  [K in keyof C & string]: C[K]['_']['columnType'] extends 'PgText' ? K : never;
}[keyof C & string];

/** What the table of an entity does for every writer. */
export interface Traits<C extends ColumnBuilders = ColumnBuilders> {
  /** Rows belong to a tenant. Always so; it may be said. */
  readonly tenant?: true;
  /** Deleted rows are kept, invisible, until `retention` (an interval of PostgreSQL, such as `30 days`) is over. */
  readonly softDelete?: true | { readonly retention: string };
  /** Every change is kept with who, when and from where. */
  readonly audited?: true;
  /** Every revision of a row is kept. Adds `revision`. */
  readonly versioned?: true;
  /** Every change is one event. Adds `revision`. */
  readonly events?: true;
  /** Adds `createdAt`, `createdBy`, `updatedAt`, `updatedBy`, kept by the database. */
  readonly timestamps?: true;
  /** Columns stored as ciphertext; equality can be searched on those with a blind index. */
  readonly encrypted?: {
    readonly columns: readonly PlainTextColumn<C>[];
    readonly blindIndex?: readonly PlainTextColumn<C>[];
  };
  /** Columns that are searched by words and by meaning. Adds `embeddingExpiredAt`, set when one of them changes. */
  readonly searchable?: {
    readonly text: readonly TextColumn<C>[];
    readonly semantic: readonly TextColumn<C>[];
  };
}

export const TRAIT_NAMES: ReadonlySet<string> = new Set<keyof Traits>([
  'tenant',
  'softDelete',
  'audited',
  'versioned',
  'events',
  'timestamps',
  'encrypted',
  'searchable',
]);

import type { Simplify } from 'drizzle-orm';
import type { AnyEntity, BelongsTo, HasMany, RowOf } from '../entities/index.js';

/** The fields of an entity. */
export type FieldName<E extends AnyEntity> = keyof RowOf<E> & string;

type Sealed<E extends AnyEntity> = E['$infer']['encrypted'];
type Blind<E extends AnyEntity> = E['$infer']['blind'];
type Open<E extends AnyEntity> = Exclude<FieldName<E>, Sealed<E>>;

interface Comparisons<V> {
  readonly eq?: V;
  /** Anything else, null included; `not: null` asks for any value. */
  readonly not?: V | null;
  readonly in?: readonly V[];
  readonly notIn?: readonly V[];
  readonly gt?: V;
  readonly gte?: V;
  readonly lt?: V;
  readonly lte?: V;
}

/** Parts of a text, as they are: `%` and `_` mean themselves. With `i`: whatever the case. */
interface TextParts {
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly icontains?: string;
  readonly istartsWith?: string;
  readonly iendsWith?: string;
}

type Scalar = string | number | bigint | boolean | Date;
type ConditionOn<V> = [V] extends [Scalar]
  ? V | (Comparisons<V> & (string extends V ? TextParts : unknown))
  : V extends readonly (infer Element)[]
    ? { readonly has?: NonNullable<Element>; readonly not?: null }
    : { readonly not: null };

/** What may be asked of a field: a value, null, or operators, all of which must hold. */
export type Condition<T> = ConditionOn<NonNullable<T>> | (null extends T ? null : never);
type SealedCondition<T> =
  | string
  | { readonly eq: string }
  | { readonly in: readonly string[] }
  | (null extends T ? null : never);

/** A filter: fields and their conditions, all of which must hold; `and`, `or` and `not` combine filters. */
export type Where<E extends AnyEntity> = {
  readonly [K in Open<E>]?: Condition<RowOf<E>[K & keyof RowOf<E>]>;
} & {
  readonly [K in Blind<E>]?: SealedCondition<RowOf<E>[K & keyof RowOf<E>]>;
} & {
  readonly and?: readonly Where<E>[];
  readonly or?: readonly Where<E>[];
  readonly not?: Where<E>;
};

type Way = 'asc' | 'desc';
/** Without a word on nulls they are last in ascending and first in descending order. */
export type Direction = Way | `${Way} nulls ${'first' | 'last'}`;
type OrderedField<E extends AnyEntity> = {
  [K in Open<E>]: NonNullable<RowOf<E>[K & keyof RowOf<E>]> extends Scalar ? K : never;
}[Open<E>];
/** Fields and directions, the first one first. The key is added, so that the order is total. */
export type OrderBy<E extends AnyEntity> = { readonly [K in OrderedField<E>]?: Direction };

type TargetOf<R> = R extends { readonly target: () => infer Target extends AnyEntity } ? Target : never;

interface ReadAlong<T extends AnyEntity> {
  readonly select?: readonly FieldName<T>[];
  readonly include?: Include<T>;
}
/** The rows of each parent by itself. */
interface ReadMany<T extends AnyEntity> extends ReadAlong<T> {
  readonly where?: Where<T>;
  readonly orderBy?: OrderBy<T>;
  /** Rows of one parent. @default 100 */
  readonly limit?: number;
}

/** Relations that are read along: one statement each and level, whatever the number of rows. */
export type Include<E extends AnyEntity> = {
  readonly [K in keyof E['relations']]?: true | IncludeOptions<E['relations'][K]>;
};
type IncludeOptions<R> = R extends HasMany ? ReadMany<TargetOf<R>> : ReadAlong<TargetOf<R>>;

type SelectedBy<O> = O extends { readonly select: readonly (infer S)[] } ? S & string : never;
type IncludedBy<O> = O extends { readonly include: infer I } ? I : Record<never, never>;
type Related<R, O> = R extends BelongsTo
  ? Found<TargetOf<R>, SelectedBy<O>, IncludedBy<O>> | null
  : Found<TargetOf<R>, SelectedBy<O>, IncludedBy<O>>[];

/** A row as it was asked for: all fields or the selected ones, and what was included. */
export type Found<E extends AnyEntity, S extends string = never, I = Record<never, never>> = Simplify<
  ([S] extends [never] ? RowOf<E> : Pick<RowOf<E>, S & keyof RowOf<E>>) & {
    [K in keyof I & keyof E['relations']]: Related<E['relations'][K], I[K]>;
  }
>;

/** What is inferred is not checked for names too many; these types say that there are none. */
type Without<Names extends PropertyKey> = { readonly [K in Names]: never };
type Known<E extends AnyEntity, I> = I &
  Without<Exclude<keyof I, keyof E['relations']>> & {
    readonly [K in keyof I & keyof E['relations']]: KnownOptions<E['relations'][K], I[K]>;
  };
type KnownOptions<R, O> = O extends object
  ? Without<Exclude<keyof O, keyof IncludeOptions<R>>> & {
      readonly [P in keyof O]: KnownOption<TargetOf<R>, P, O[P]>;
    }
  : true;
type KnownOption<T extends AnyEntity, P, V> = P extends 'include'
  ? Known<T, V>
  : P extends 'where'
    ? Without<Exclude<keyof V, keyof Where<T>>>
    : P extends 'orderBy'
      ? Without<Exclude<keyof V, keyof OrderBy<T>>>
      : unknown;

export interface ReadOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> {
  /** @default all fields */
  readonly select?: readonly S[];
  readonly include?: Known<E, I>;
  /** Soft-deleted rows too. @default false */
  readonly includeDeleted?: boolean;
}

export interface FindOneOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> extends ReadOptions<E, S, I> {
  readonly where?: Where<E>;
  readonly orderBy?: OrderBy<E>;
}

export interface FindManyOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> extends FindOneOptions<E, S, I> {
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
  /** `nextCursor` of the page before, read with the same order. */
  readonly after?: string;
}

/** What is read of ranked rows, and of which. */
export interface RankedOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> extends Omit<ReadOptions<E, S, I>, 'includeDeleted'> {
  readonly where?: Where<E>;
}

/** A row, and what the ranking gave it. */
export interface Ranked<R> {
  readonly row: R;
  readonly score: number;
  /** BM25 and cosine similarity; null for a leg that did not run, or did not find the row. */
  readonly scores: { readonly lexical: number | null; readonly semantic: number | null };
}

export interface StreamOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> extends FindOneOptions<E, S, I> {
  /** Rows that are held at a time, 1 to 1000. @default 500 */
  readonly batchSize?: number;
}

export interface CountOptions<E extends AnyEntity> {
  readonly where?: Where<E>;
  readonly includeDeleted?: boolean;
}

export interface Page<T> {
  readonly rows: T[];
  /** What `after` takes to read on; undefined after the last page. */
  readonly nextCursor: string | undefined;
}

/** Only for entities whose traits keep a revision. */
export type RevisionOption<E extends AnyEntity> = E['$infer']['revision'] extends true
  ? { readonly revision?: number }
  : { readonly revision?: never };

export interface UpsertOptions<E extends AnyEntity> {
  /** The fields of the unique key that decides, without the tenant. @default the key */
  readonly on?: readonly Exclude<FieldName<E>, Sealed<E>>[];
}

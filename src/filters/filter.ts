/** A value that metadata may hold, and that a filter compares with. */
export type FilterValue = string | number | boolean;

/**
 * What is asked of one key; all of it must hold, each operator by itself. Values of different types are never equal,
 * and never ordered.
 */
export interface FilterCondition {
  readonly eq?: FilterValue;
  /** Anything else, a missing key included. Of a list: none of its elements is this. */
  readonly ne?: FilterValue;
  /** At most 1000; of none, nothing is one. */
  readonly in?: readonly FilterValue[];
  /** None of these; a missing key matches. */
  readonly nin?: readonly FilterValue[];
  readonly gt?: string | number;
  readonly gte?: string | number;
  readonly lt?: string | number;
  readonly lte?: string | number;
  /** A part of a text, as it is written; of a list, one of its elements. */
  readonly contains?: string;
  /** Whether the key is there with a value other than null. */
  readonly exists?: boolean;
}

/**
 * A condition on metadata: keys with a value or with operators, all of which must hold; `and`, `or` and `not` combine
 * filters. A list matches when one of its elements does; null is as good as missing; texts are ordered by code point.
 * A filter means the same in every store.
 */
export type Filter = {
  readonly and?: readonly Filter[];
  readonly or?: readonly Filter[];
  readonly not?: Filter;
} & {
  readonly [key: string]: FilterValue | FilterCondition | readonly Filter[] | Filter | undefined;
};

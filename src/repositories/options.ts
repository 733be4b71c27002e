import { isRecord, refused, unknownField } from './refusals.js';

/** Options as JavaScript callers and parsed JSON bring them. */
export type LooseOptions = Readonly<Record<string, unknown>>;

export const READ_OPTIONS = ['select', 'include', 'includeDeleted'] as const;
export const FIND_ONE_OPTIONS = [...READ_OPTIONS, 'where', 'orderBy'] as const;
export const FIND_OPTIONS = [...FIND_ONE_OPTIONS, 'limit', 'after'] as const;
export const RANKED_OPTIONS = ['select', 'include', 'where'] as const;
export const STREAM_OPTIONS = [...FIND_ONE_OPTIONS, 'batchSize'] as const;
export const COUNT_OPTIONS = ['where', 'includeDeleted'] as const;
export const BELONGS_TO_OPTIONS = ['select', 'include'] as const;
export const HAS_MANY_OPTIONS = [...BELONGS_TO_OPTIONS, 'where', 'orderBy', 'limit'] as const;

const NONE: LooseOptions = {};

/** A mistyped option is an error, never ignored. @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID */
export function checkedOptions(entity: string, options: unknown, known: readonly string[]): LooseOptions {
  if (options === undefined) return NONE;
  if (!isRecord(options)) throw refused(entity, 'its options are an object');
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownField(entity, 'option', unknown);
  return options;
}

import { z } from 'zod';

/** How lists are walked: newest first unless told otherwise, from `after` or up to `before`. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
  after: z.string().min(1).max(128).optional(),
  before: z.string().min(1).max(128).optional(),
};

export interface ListQuery {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** A page of a list, of which one more was asked for than is wanted. */
export function toList<T extends { readonly id: string }>(
  found: readonly T[],
  { limit }: Pick<ListQuery, 'limit'>,
) {
  const data = found.slice(0, limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: found.length > limit,
  };
}

/** A page that is always the only one. */
export function onlyPage<T>(object: string, data: readonly T[]) {
  return { object, data, has_more: false, next_page: null };
}

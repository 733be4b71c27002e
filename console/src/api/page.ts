import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import type { Query } from './api.js';
import { useApi } from './api-context.js';

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Goes on with the list; null at its end. */
  readonly next: string | null;
}

export interface ListOptions<T> {
  readonly limit?: number;
  readonly enabled?: boolean;
  /** Milliseconds after which it is read again, by what was read last; of long lists better not. */
  readonly every?: (items: readonly T[]) => number | false;
  /** What the query names the cursor. @default 'after' */
  readonly cursor?: string;
}

export type List<T> = UseInfiniteQueryResult<readonly T[], Error>;

/** A list that grows by its cursor: `data` is every item read so far. */
export function useList<T>(
  key: readonly unknown[],
  path: string,
  query: Query = {},
  { limit = 50, enabled = true, every, cursor = 'after' }: ListOptions<T> = {},
): List<T> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [...key, 'list', query, limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<T>>(path, { ...query, limit, [cursor]: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: itemsOf<T>,
    enabled,
    refetchInterval: ({ state: { data } }) => (every && data ? every(itemsOf(data)) : false),
    // All of its pages would be read again.
    refetchOnWindowFocus: false,
  });
}

/** One function for all, so that it runs when pages come and not whenever something is drawn. */
function itemsOf<T>({ pages }: InfiniteData<Page<T>, unknown>): readonly T[] {
  return pages.flatMap(({ items }) => items);
}

import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { path } from './api.js';
import { useApi } from './api-context.js';
import type { Backlog, CacheTier } from './overview.js';
import type { Page } from './page.js';

export interface Operations {
  readonly pool: {
    readonly total: number;
    readonly idle: number;
    readonly waiting: number;
    readonly max: number;
  } | null;
  readonly slowQueries: readonly SlowQuery[];
  readonly replicas: readonly {
    readonly name: string;
    readonly status: string;
    readonly lagMs: number | null;
  }[];
  readonly cache: readonly CacheTier[];
  readonly outbox: readonly {
    readonly subscriber: string;
    readonly waiting: number;
    readonly oldestMs: number | null;
  }[];
  readonly indexes: readonly {
    readonly name: string;
    readonly table: string;
    readonly bytes: number;
    readonly scans: number;
  }[];
}

/** A statement that took long, without the values in it. */
export interface SlowQuery {
  readonly id: string;
  readonly at: string;
  readonly ms: number;
  readonly statement: string;
  readonly rows: number | null;
  /** Of a request of this tenant; null of any other. */
  readonly requestId: string | null;
}

/** A document that could not be embedded, and why. */
export interface JobFailure {
  readonly documentId: string;
  readonly source: string;
  readonly attempts: number;
  readonly code: string;
  readonly reason: string;
  readonly failedAt: string;
  readonly retryAt: string;
  /** Not tried any more, until it is asked for. */
  readonly dead: boolean;
}

interface JobsPage {
  readonly backlog: Backlog;
  readonly queue: { readonly place: 'postgres' | 'redis'; readonly worker: boolean };
  readonly failures: Page<JobFailure>;
}

export interface Jobs extends Omit<JobsPage, 'failures'> {
  readonly failures: readonly JobFailure[];
}

const EVERY_MS = 10_000;
const FAILURES_AT_ONCE = 20;

export function useOperations() {
  const api = useApi();
  return useQuery({
    queryKey: ['operations'],
    queryFn: ({ signal }) => api.get<Operations>('/api/operations', {}, signal),
    refetchInterval: EVERY_MS,
  });
}

/** The lines of the plan of a slow statement, as it was when it was first asked for. */
export function usePlan(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['plan', id],
    queryFn: async ({ signal }) =>
      (await api.get<{ plan: string[] }>(path`/api/operations/slow-queries/${id}/plan`, {}, signal)).plan,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What waits, and what failed: the latest first, more as one asks. */
export function useJobs() {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['jobs'],
    queryFn: ({ pageParam, signal }) =>
      api.get<JobsPage>('/api/jobs', { limit: FAILURES_AT_ONCE, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ failures }) => failures.next ?? undefined,
    select: jobsOf,
    refetchInterval: EVERY_MS,
  });
}

/** What was answered has one page at least. */
function jobsOf({ pages }: InfiniteData<JobsPage, unknown>): Jobs {
  const [first] = pages as [JobsPage, ...JobsPage[]];
  return { ...first, failures: pages.flatMap(({ failures }) => failures.items) };
}

/** Tries again what failed: some documents, or all. */
export function useRetry() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (documents: readonly string[] | undefined) =>
      api.post<{ requeued: number }>('/api/jobs/retry', documents ? { documents } : {}),
    onSuccess: () =>
      Promise.all(
        ['jobs', 'documents', 'overview'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      ),
  });
}

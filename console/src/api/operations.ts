import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
  readonly slowQueries: readonly {
    readonly id: string;
    readonly at: string;
    readonly ms: number;
    readonly statement: string;
    readonly rows: number | null;
  }[];
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

export interface Jobs {
  readonly backlog: Backlog;
  readonly queue: { readonly place: string; readonly worker: boolean };
  readonly failures: Page<JobFailure>;
}

const EVERY_MS = 10_000;

export function useOperations() {
  const api = useApi();
  return useQuery({
    queryKey: ['operations'],
    queryFn: ({ signal }) => api.get<Operations>('/api/operations', {}, signal),
    refetchInterval: EVERY_MS,
  });
}

export function useJobs() {
  const api = useApi();
  return useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => api.get<Jobs>('/api/jobs', {}, signal),
    refetchInterval: EVERY_MS,
  });
}

/** Tries again what failed: some documents, or all. */
export function useRetry() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (documents: readonly string[] | undefined) =>
      api.post<{ requeued: number }>('/api/jobs/retry', documents ? { documents } : {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
}

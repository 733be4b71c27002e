import { useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.js';

export interface CacheTier {
  readonly tier: string;
  readonly hits: number;
  readonly misses: number;
  readonly entries: number | null;
  readonly bytes: number | null;
}

export interface HealthPart {
  readonly part: string;
  readonly status: 'up' | 'down' | 'off';
  readonly ms: number | null;
  readonly detail: string | null;
}

export interface TrafficPoint {
  readonly at: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface Backlog {
  readonly waiting: number;
  readonly failed: number;
  readonly oldestMs: number | null;
}

export interface Overview {
  readonly stored: {
    readonly documents: number;
    readonly chunks: number;
    readonly collections: number;
    readonly files: number;
    readonly bytes: number;
    readonly entities: readonly { readonly name: string; readonly rows: number }[];
  };
  readonly health: readonly HealthPart[];
  readonly traffic: { readonly seconds: number; readonly points: readonly TrafficPoint[] };
  readonly backlog: Backlog;
  readonly cache: readonly CacheTier[];
}

const EVERY_MS = 15_000;

export function useOverview() {
  const api = useApi();
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.get<Overview>('/api/overview', {}, signal),
    refetchInterval: EVERY_MS,
  });
}

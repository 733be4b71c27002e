import { useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.js';

export interface UsageDay {
  /** `2026-01-31` */
  readonly day: string;
  readonly model: string;
  readonly requests: number;
  readonly texts: number;
  readonly tokens: number;
  /** US dollars; 0 of models that cost nothing, and of those whose price is not known. */
  readonly cost: number;
}

export interface Usage {
  readonly days: readonly UsageDay[];
  readonly storage: {
    readonly documents: number;
    readonly chunks: number;
    readonly files: number;
    readonly bytes: number;
  };
}

export function useUsage(from: string, to: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['usage', from, to],
    queryFn: ({ signal }) => api.get<Usage>('/api/usage', { from, to }, signal),
  });
}

import { useQuery } from '@tanstack/react-query';
import { useApi } from './api-context.js';
import type { Page } from './page.js';

export interface Collection {
  readonly name: string;
}

export function useCollections() {
  const api = useApi();
  return useQuery({
    queryKey: ['collections'],
    queryFn: async ({ signal }) => (await api.get<Page<Collection>>('/api/collections', {}, signal)).items,
    staleTime: 30_000,
  });
}

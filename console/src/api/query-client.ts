import { QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem.js';

const MOST_TRIES = 2;

/** What is read is shared by the pages, and read again where it is shown. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The server may well be on this very machine: that the network is down says nothing.
      queries: { retry: mayRetry, staleTime: 3000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** What the server refused, it would refuse again. */
function mayRetry(failures: number, error: Error): boolean {
  const { status } = asProblem(error);
  return failures < MOST_TRIES && (status === 0 || status === 429 || status === 503);
}

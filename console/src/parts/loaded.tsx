import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Skeleton } from './skeleton.js';
import { ErrorState } from './states.js';

interface LoadedProps<T> {
  readonly of: Pick<UseQueryResult<T, Error>, 'data' | 'error' | 'refetch'>;
  readonly skeleton?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What was read; before that its outline, or why it could not be read. What is there stays while it is read again. */
export function Loaded<T>({ of, skeleton, children }: LoadedProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <ErrorState error={of.error} onRetry={() => void of.refetch()} />;
  return skeleton ?? <Skeleton />;
}

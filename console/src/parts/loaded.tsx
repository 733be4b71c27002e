import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Skeleton } from './skeleton.js';
import { ErrorState } from './states.js';

interface LoadedProps<T> {
  readonly of: Pick<UseQueryResult<T, Error>, 'data' | 'error' | 'refetch'>;
  /** Stands above, as long as what was read does not tell what it is. */
  readonly head?: ReactNode;
  readonly skeleton?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What was read; before that its outline, or why it could not be read. What is there stays while it is read again. */
export function Loaded<T>({ of, head, skeleton = <Skeleton />, children }: LoadedProps<T>) {
  if (of.data !== undefined) return children(of.data);
  return (
    <>
      {head}
      {of.error ? <ErrorState error={of.error} onRetry={() => void of.refetch()} /> : skeleton}
    </>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { path } from './api.js';
import { useApi } from './api-context.js';
import { useList } from './page.js';

/** A file on its way to being a document. */
export interface Upload {
  readonly id: string;
  readonly fileName: string;
  readonly source: string;
  readonly collection: string;
  readonly bytes: number;
  readonly status: 'queued' | 'processing' | 'stored' | 'failed';
  readonly documentId: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

const BUSY_MS = 700;
const CALM_MS = 20_000;

function isUnderWay({ status }: Pick<Upload, 'status'>): boolean {
  return status === 'queued' || status === 'processing';
}

/** The latest uploads: asked for often while one is under way. */
export function useUploads() {
  const every = (uploads: readonly Upload[]) => (uploads.some(isUnderWay) ? BUSY_MS : CALM_MS);
  return useList<Upload>(['uploads'], '/api/uploads', {}, { limit: 20, every });
}

/** Forgets an upload that failed. */
export function useForget() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(path`/api/uploads/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['uploads'] }),
  });
}

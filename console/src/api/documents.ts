import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { path } from './api.js';
import { useApi } from './api-context.js';
import type { AuditRecord } from './audit.js';
import { useList } from './page.js';
import { saveFile } from './save-file.js';

export interface DocumentSummary {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly format: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly chunks: number;
  readonly bytes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  readonly deletedAt: string | null;
  readonly embedding: 'current' | 'waiting' | 'failed';
  readonly hasOriginal: boolean;
}

export interface Chunk {
  readonly ordinal: number;
  readonly content: string;
  /** UTF-16 code units into the document's text. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly page: number | null;
  readonly lastPage: number | null;
  readonly headingPath: readonly string[];
}

const KEY = ['documents'];
const WAITING_MS = 1500;

export function useDocuments(collection: string, state: 'stored' | 'deleted') {
  const query = { collection, ...(state === 'deleted' && { deleted: true }) };
  const every = (documents: readonly DocumentSummary[]) => documents.some(isWaiting) && WAITING_MS;
  return useList<DocumentSummary>([...KEY, state], '/api/documents', query, { every });
}

/** Read again by itself while its vectors are waited for. */
export function useDocument(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...KEY, 'one', id],
    queryFn: ({ signal }) => api.get<DocumentSummary>(path`/api/documents/${id}`, {}, signal),
    refetchInterval: ({ state: { data } }) => data !== undefined && isWaiting(data) && WAITING_MS,
  });
}

function isWaiting({ embedding, deletedAt }: DocumentSummary): boolean {
  return embedding === 'waiting' && !deletedAt;
}

export function useDocumentText(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...KEY, 'text', id],
    queryFn: async ({ signal }) =>
      (await api.get<{ content: string }>(path`/api/documents/${id}/text`, {}, signal)).content,
  });
}

export function useChunks(id: string) {
  return useList<Chunk>([...KEY, 'chunks', id], path`/api/documents/${id}/chunks`, {}, { limit: 500 });
}

export function useDocumentHistory(id: string) {
  return useList<AuditRecord>([...KEY, 'history', id], path`/api/documents/${id}/history`);
}

export type DocumentAct = 'delete' | 'restore' | 'reembed';

/** Does something with a document, after which everything that tells of documents is read again. */
export function useDocumentAct() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: DocumentAct }): Promise<unknown> =>
      act === 'delete'
        ? api.delete(path`/api/documents/${id}`)
        : api.post(`${path`/api/documents/${id}`}/${act}`),
    onSuccess: () => queries.invalidateQueries(),
  });
}

/** The original file of a document, saved as the browser saves files. */
export function useDownload({ id, source, title, bytes }: DocumentSummary) {
  const api = useApi();
  const [share, setShare] = useState<number>();
  const name = source.split('/').at(-1) || title;
  const download = useMutation({
    mutationFn: () =>
      saveFile({
        name,
        bytes,
        read: () => api.open(path`/api/documents/${id}/original`),
        onProgress: setShare,
      }),
    onSettled: () => setShare(undefined),
  });
  return { ...download, share };
}

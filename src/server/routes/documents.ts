import { z } from 'zod';
import { defineRoute } from '../route.js';
import { date, id, page, paging, toPage } from '../schemas.js';

const documentSummary = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string(),
  format: z.string(),
  language: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  chunks: z.int(),
  bytes: z.number(),
  createdAt: date,
  updatedAt: date,
  createdBy: z.string().nullable(),
  updatedBy: z.string().nullable(),
});

const collection = z.string().min(1).max(128).optional().describe('Its collection. Default: `default`.');
const params = z.object({ id });

export const documentRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/documents',
    summary: 'Lists documents in the order of their sources',
    tag: 'documents',
    permission: ['documents', 'read'],
    query: z.strictObject({ ...paging, collection }),
    response: page(documentSummary),
    handler: async ({ scope, query: { limit, after, collection: name } }) => {
      const documents = name === undefined ? scope.documents : scope.collection(name).documents;
      const items = await documents.list({ limit, ...(after !== undefined && { after }) });
      return toPage(items, limit, ({ source }) => source);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}',
    summary: 'One document, without its text',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    response: documentSummary,
    handler: async ({ scope, params: { id: documentId } }) => {
      const { content: _, ...summary } = await scope.documents.get(documentId);
      return summary;
    },
  }),
];

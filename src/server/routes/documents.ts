import { z } from 'zod';
import type { DocumentInput } from '../../documents/index.js';
import { AquiferError } from '../../errors/index.js';
import { defined } from '../defined.js';
import { receiveUploads } from '../documents/receive-uploads.js';
import {
  collection,
  documentBody,
  documentSummary,
  ingested,
  upload,
  uploadForm,
} from '../documents/schemas.js';
import { defineRoute } from '../route.js';
import { id, page, paging, toPage } from '../schemas.js';

const params = z.object({ id });

/** Documents as a whole; what one consists of is in document-parts.ts. */
export const documentRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/documents',
    summary: 'Lists documents in the order of their sources',
    tag: 'documents',
    permission: ['documents', 'read'],
    query: z.strictObject({
      ...paging,
      collection,
      deleted: z.enum(['true', 'false']).optional().describe('Those in the trash, the last deleted first.'),
    }),
    response: page(documentSummary),
    handler: async ({ scope, query: { limit, after, collection: name, deleted: which } }) => {
      const documents = name === undefined ? scope.documents : scope.collection(name).documents;
      const deleted = which === 'true';
      const items = await documents.list({ limit, deleted, ...defined({ after }) });
      return toPage(items, limit, (item) => (deleted ? item.id : item.source));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/documents',
    summary: 'Stores a text at once, or takes files that become documents',
    description:
      'As JSON: a text, stored and searchable when it is answered (201). As multipart/form-data: the fields collection, source, title, metadata (JSON) and language, then one or more files; they are answered with 202 and `uploads`, which tell how far they are at /api/uploads/{id}. A file above `extraction.limits.maxBytes` is refused with 413, and with it the others of the request.',
    tag: 'documents',
    permission: ['documents', 'create'],
    body: documentBody.optional(),
    status: 201,
    response: ingested,
    also: {
      media: 'multipart/form-data',
      body: uploadForm,
      status: 202,
      response: z.object({ uploads: z.array(upload) }),
    },
    handler: async ({ scope, layer, body, request, reply }) => {
      if (request.isMultipart()) {
        const { maxBytes } = layer.config.values.extraction.limits;
        const uploads = await receiveUploads(scope, request, maxBytes);
        reply.code(202);
        return { uploads };
      }
      if (!body) throw new AquiferError('AQF_ARGUMENT_INVALID', 'body: it is missing.');
      const { collection: name, ...input } = body;
      const documents = name === undefined ? scope.documents : scope.collection(name).documents;
      const result = await documents.ingest(defined(input) as DocumentInput);
      reply.header('location', `/api/documents/${result.documentId}`);
      return result;
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}',
    summary: 'One document, without its text; also one in the trash',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    response: documentSummary,
    handler: async ({ scope, params: { id: documentId } }) => {
      const { content: _, ...summary } = await scope.documents.get(documentId, { deleted: true });
      return summary;
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/documents/{id}',
    summary: 'Puts a document into the trash',
    tag: 'documents',
    permission: ['documents', 'delete'],
    params,
    handler: async ({ scope, params: { id: documentId } }) => scope.documents.delete(documentId),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/documents/{id}/restore',
    summary: 'Takes a document out of the trash',
    tag: 'documents',
    permission: ['documents', 'delete'],
    params,
    response: documentSummary,
    handler: async ({ scope, params: { id: documentId } }) => scope.documents.restore(documentId),
  }),
];

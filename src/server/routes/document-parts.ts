import { z } from 'zod';
import { DOCUMENTS_ENTITY } from '../../documents/index.js';
import { defined } from '../defined.js';
import { chunk } from '../documents/schemas.js';
import { sendOriginal } from '../documents/send-original.js';
import { defineRoute } from '../route.js';
import { id, page, paging, toPage } from '../schemas.js';
import { auditRecord } from './audit.js';

const params = z.object({ id });

/** What one document consists of, and what became of it. */
export const documentPartRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}/text',
    summary: 'The whole text of a document; the offsets of chunks slice it',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    response: z.object({ content: z.string() }),
    handler: async ({ scope, params: { id: documentId } }) => ({
      content: (await scope.documents.get(documentId, { deleted: true })).content,
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}/chunks',
    summary: 'The chunks of a document in order',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    query: z.strictObject({
      ...paging,
      after: z.coerce
        .number()
        .int()
        .min(0)
        .max(2_147_483_647)
        .optional()
        .describe('`next` of the page before.'),
    }),
    response: page(chunk),
    handler: async ({ scope, params: { id: documentId }, query }) =>
      toPage(await scope.documents.chunks(documentId, defined(query)), query.limit, ({ ordinal }) =>
        String(ordinal),
      ),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}/original',
    summary: 'The file that a document was made from, as it came',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    media: { response: '*/*' },
    handler: async ({ scope, params: { id: documentId }, request, reply }) =>
      sendOriginal(await scope.documents.original(documentId), scope.files, request, reply),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/documents/{id}/reembed',
    summary: 'Has the vectors of a document made anew; until then it is found by its words',
    tag: 'documents',
    permission: ['documents', 'update'],
    params,
    status: 202,
    response: z.object({ documentId: z.string() }),
    handler: async ({ scope, params: { id: documentId } }) => {
      await scope.documents.reembed(documentId);
      return { documentId };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/documents/{id}/history',
    summary: 'What became of a document, the newest first',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    query: z.strictObject(paging),
    response: page(auditRecord),
    handler: async ({ scope, params: { id: documentId }, query }) => {
      // Whose it is not learns nothing.
      await scope.documents.get(documentId, { deleted: true });
      const records = await scope.audit.list({
        entity: DOCUMENTS_ENTITY,
        rowId: documentId,
        ...defined(query),
      });
      return toPage(records, query.limit, ({ position }) => position);
    },
  }),
];

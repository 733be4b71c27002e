import { z } from 'zod';
import { UPLOAD_STATUSES } from '../../uploads/index.js';
import { defined } from '../defined.js';
import { upload } from '../documents/schemas.js';
import { defineRoute } from '../route.js';
import { id, page, paging, toPage } from '../schemas.js';

const params = z.object({ id });

export const uploadRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/uploads',
    summary: 'Files on their way to being documents, the newest first',
    tag: 'documents',
    permission: ['documents', 'read'],
    query: z.strictObject({
      ...paging,
      after: z.uuid().optional().describe('`next` of the page before.'),
      status: z.enum(UPLOAD_STATUSES).optional(),
    }),
    response: page(upload),
    handler: async ({ scope, query }) =>
      toPage(await scope.uploads.list(defined(query)), query.limit, (item) => item.id),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/uploads/{id}',
    summary: 'How far an upload is',
    tag: 'documents',
    permission: ['documents', 'read'],
    params,
    response: upload,
    handler: async ({ scope, params: { id: uploadId } }) => scope.uploads.get(uploadId),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/uploads/{id}',
    summary: 'Forgets an upload; the file of one that is no document goes with it',
    tag: 'documents',
    permission: ['documents', 'create'],
    params,
    handler: async ({ scope, params: { id: uploadId } }) => scope.uploads.forget(uploadId),
  }),
];

import { z } from 'zod';
import type { Scope } from '../../../layer/index.js';
import { defineRoute } from '../../route.js';
import { OpenAiRequestError } from '../error.js';
import { onlyPage, paging, toList } from '../pages.js';
import { attributes, type ChunkingStrategy, chunkingStrategy, fileParams, storeParams } from './schemas.js';
import { type StoreRow, toFile } from './shapes.js';
import { toChunking } from './store-routes.js';
import { VectorStores } from './stores.js';

const tag = 'openai';
const path = '/v1/vector_stores/{store}/files';
export const statusFilter = z.enum(['in_progress', 'completed', 'failed', 'cancelled']).optional();

export const storeFileRoutes = [
  defineRoute({
    method: 'POST',
    path,
    summary: 'Adds a file: it is made a document of the collection',
    tag,
    permission: ['documents', 'create'],
    params: storeParams,
    body: z.strictObject({
      file_id: z.string().min(1).max(64),
      attributes: attributes.nullish(),
      chunking_strategy: chunkingStrategy.optional(),
    }),
    response: z.unknown(),
    handler: async ({
      scope,
      layer,
      params,
      body: { file_id: id, attributes: given, chunking_strategy },
    }) => {
      const stores = new VectorStores(scope);
      const store = await stores.open(params.store);
      await assertSameChunking(scope, store, chunking_strategy);
      await stores.add(store, [{ id, attributes: given ?? {} }]);
      layer.startWork();
      return toFile(store.id, await stores.file(store, id));
    },
  }),
  defineRoute({
    method: 'GET',
    path,
    summary: 'The files of a vector store',
    tag,
    permission: ['documents', 'read'],
    params: storeParams,
    query: z.strictObject({ ...paging, filter: statusFilter }),
    response: z.unknown(),
    handler: async ({ scope, params, query: { filter, ...query } }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      const files = await stores.listFiles(store, query, filter);
      return toList(
        files.map((file) => toFile(store.id, file)),
        query,
      );
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{file}`,
    summary: 'How far a file is',
    tag,
    permission: ['documents', 'read'],
    params: fileParams,
    response: z.unknown(),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toFile(store.id, await stores.file(store, params.file));
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{file}`,
    summary: 'Changes the attributes that searches filter by',
    tag,
    permission: ['documents', 'update'],
    params: fileParams,
    body: z.strictObject({ attributes: attributes.nullable() }),
    response: z.unknown(),
    handler: async ({ scope, params, body }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toFile(store.id, await stores.setAttributes(store, params.file, body.attributes ?? {}));
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{file}`,
    summary: 'Takes a file out of a vector store; the file itself stays',
    tag,
    permission: ['documents', 'delete'],
    params: fileParams,
    response: z.unknown(),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      await stores.remove(await stores.get(params.store), params.file);
      return { id: params.file, object: 'vector_store.file.deleted', deleted: true };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{file}/content`,
    summary: 'The text that was found in a file',
    tag,
    permission: ['documents', 'read'],
    params: fileParams,
    response: z.unknown(),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const { documentId, status } = await stores.file(await stores.get(params.store), params.file);
      if (documentId === null) throw new OpenAiRequestError(`The file is ${status}: it has no text yet.`);
      const { content } = await scope.documents.get(documentId);
      return onlyPage('vector_store.file_content.page', [{ type: 'text', text: content }]);
    },
  }),
];

/** Documents of a collection are cut alike. @throws OpenAiRequestError for another way than that of the store */
export async function assertSameChunking(
  scope: Scope,
  { collectionName }: StoreRow,
  strategy: ChunkingStrategy | undefined,
): Promise<void> {
  if (strategy?.type !== 'static') return;
  const { chunking } = await scope.collections.get(collectionName);
  const { maxTokens, overlapTokens } = toChunking(strategy);
  if (chunking.maxTokens === maxTokens && chunking.overlapTokens === overlapTokens) return;
  throw new OpenAiRequestError(
    'Files of a vector store are chunked alike: give chunking_strategy when the vector store is made.',
    { param: 'chunking_strategy', code: 'unsupported_value' },
  );
}

import { z } from 'zod';
import type { Scope } from '../../../layer/index.js';
import { contentAnswer, deletedAnswer, listAnswer, storeFileAnswer } from '../answers.js';
import { defineOpenAiRoute } from '../define.js';
import { OpenAiRequestError } from '../error.js';
import { onlyPage, paging, toList } from '../pages.js';
import { assertReadable } from './assert-readable.js';
import { attributes, type ChunkingStrategy, chunkingStrategy, fileParams, storeParams } from './schemas.js';
import { type StoreRow, toFile } from './shapes.js';
import { toChunking } from './store-routes.js';
import { VectorStores } from './stores.js';

const path = '/v1/vector_stores/{store}/files';
export const statusFilter = z.enum(['in_progress', 'completed', 'failed', 'cancelled']).optional();

export const storeFileRoutes = [
  defineOpenAiRoute({
    method: 'POST',
    path,
    summary: 'Adds a file: it is made a document of the collection',
    permission: ['documents', 'create'],
    params: storeParams,
    body: z.strictObject({
      file_id: z.string().min(1).max(64),
      attributes: attributes.nullish(),
      chunking_strategy: chunkingStrategy.optional(),
    }),
    response: storeFileAnswer,
    handler: async ({
      scope,
      layer,
      params,
      body: { file_id: id, attributes: given, chunking_strategy },
    }) => {
      const stores = new VectorStores(scope);
      const store = await stores.open(params.store);
      await assertSameChunking(scope, store, chunking_strategy);
      await assertReadable({ scope, layer }, [id]);
      await stores.add(store, [{ id, attributes: given ?? {} }]);
      layer.startWork();
      return toFile(store.id, await stores.file(store, id));
    },
  }),
  defineOpenAiRoute({
    method: 'GET',
    path,
    summary: 'The files of a vector store',
    permission: ['documents', 'read'],
    params: storeParams,
    query: z.strictObject({ ...paging, filter: statusFilter }),
    response: listAnswer(storeFileAnswer),
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
  defineOpenAiRoute({
    method: 'GET',
    path: `${path}/{file}`,
    summary: 'How far a file is',
    permission: ['documents', 'read'],
    params: fileParams,
    response: storeFileAnswer,
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toFile(store.id, await stores.file(store, params.file));
    },
  }),
  defineOpenAiRoute({
    method: 'POST',
    path: `${path}/{file}`,
    summary: 'Changes the attributes that searches filter by',
    permission: ['documents', 'update'],
    params: fileParams,
    body: z.strictObject({ attributes: attributes.nullable() }),
    response: storeFileAnswer,
    handler: async ({ scope, params, body }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toFile(store.id, await stores.setAttributes(store, params.file, body.attributes ?? {}));
    },
  }),
  defineOpenAiRoute({
    method: 'DELETE',
    path: `${path}/{file}`,
    summary: 'Takes a file out of a vector store; the file itself stays',
    permission: ['documents', 'delete'],
    params: fileParams,
    response: deletedAnswer('vector_store.file.deleted'),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      await stores.remove(await stores.get(params.store), params.file);
      return { id: params.file, object: 'vector_store.file.deleted', deleted: true };
    },
  }),
  defineOpenAiRoute({
    method: 'GET',
    path: `${path}/{file}/content`,
    summary: 'The text that was found in a file',
    permission: ['documents', 'read'],
    params: fileParams,
    response: contentAnswer,
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

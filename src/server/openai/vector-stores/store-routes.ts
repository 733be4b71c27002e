import { z } from 'zod';
import { defined } from '../../defined.js';
import { deletedAnswer, listAnswer, storeAnswer } from '../answers.js';
import { defineOpenAiRoute } from '../define.js';
import { OpenAiRequestError } from '../error.js';
import { paging, toList } from '../pages.js';
import { assertReadable } from './assert-readable.js';
import {
  type ChunkingStrategy,
  chunkingStrategy,
  expiresAfter,
  fileIds,
  metadata,
  storeParams,
} from './schemas.js';
import { toStore } from './shapes.js';
import { VectorStores } from './stores.js';

const path = '/v1/vector_stores';
const name = z.string().trim().min(1).max(256);

const createBody = z.strictObject({
  name: name.nullish(),
  description: z.string().max(512).nullish(),
  file_ids: fileIds.or(z.array(z.string()).length(0)).optional(),
  expires_after: expiresAfter.nullish(),
  chunking_strategy: chunkingStrategy.optional(),
  metadata: metadata.nullish(),
});

export const storeRoutes = [
  defineOpenAiRoute({
    method: 'POST',
    path,
    summary: 'Makes a vector store: a collection of its own',
    permission: ['collections', 'create'],
    body: createBody,
    status: 200,
    response: storeAnswer,
    handler: async ({ scope, layer, principal, body }) => {
      const files = body.file_ids ?? [];
      if (files.length > 0 && !principal.permissions.allows('documents', 'create'))
        throw new OpenAiRequestError('This credential lacks the permission documents:create.', {
          param: 'file_ids',
        });
      // Before there is a store that would stay empty.
      await assertReadable({ scope, layer }, files);
      const stores = new VectorStores(scope);
      const store = await stores.create({
        title: body.name ?? null,
        labels: body.metadata ?? {},
        days: body.expires_after?.days ?? null,
        chunking: toChunking(body.chunking_strategy),
      });
      if (files.length === 0) return toStore(store);
      await stores.add(
        store,
        files.map((id) => ({ id, attributes: {} })),
      );
      layer.startWork();
      return toStore(await stores.get(store.id));
    },
  }),
  defineOpenAiRoute({
    method: 'GET',
    path,
    summary: 'The vector stores: every collection that may be read is one',
    permission: ['collections', 'read'],
    query: z.strictObject(paging),
    response: listAnswer(storeAnswer),
    handler: async ({ scope, query }) =>
      toList((await new VectorStores(scope).list(query)).map(toStore), query),
  }),
  defineOpenAiRoute({
    method: 'GET',
    path: `${path}/{store}`,
    summary: 'One vector store',
    permission: ['collections', 'read'],
    params: storeParams,
    response: storeAnswer,
    handler: async ({ scope, params: { store } }) => toStore(await new VectorStores(scope).get(store)),
  }),
  defineOpenAiRoute({
    method: 'POST',
    path: `${path}/{store}`,
    summary: 'Changes what a vector store is called, its metadata, and when it expires',
    permission: ['collections', 'update'],
    params: storeParams,
    body: z.strictObject({
      name: name.nullish(),
      expires_after: expiresAfter.nullish(),
      metadata: metadata.nullish(),
    }),
    response: storeAnswer,
    handler: async ({ scope, params: { store }, body: { name: title, expires_after, metadata: labels } }) => {
      const days = expires_after === null ? null : expires_after?.days;
      const changes = defined({ title, labels: labels === null ? {} : labels, days });
      return toStore(await new VectorStores(scope).update(store, changes));
    },
  }),
  defineOpenAiRoute({
    method: 'DELETE',
    path: `${path}/{store}`,
    summary: 'Removes a vector store with what was made of its files; the files stay',
    permission: ['collections', 'delete'],
    params: storeParams,
    response: deletedAnswer('vector_store.deleted'),
    handler: async ({ scope, params: { store } }) => {
      await new VectorStores(scope).delete(store);
      return { id: store, object: 'vector_store.deleted', deleted: true };
    },
  }),
];

/** As a collection has it; `auto` is as the layer does. */
export function toChunking(strategy: ChunkingStrategy | undefined) {
  if (strategy?.type !== 'static') return {};
  const { max_chunk_size_tokens, chunk_overlap_tokens } = strategy.static;
  return { maxTokens: max_chunk_size_tokens, overlapTokens: chunk_overlap_tokens };
}

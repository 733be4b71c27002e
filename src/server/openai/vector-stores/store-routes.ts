import { z } from 'zod';
import { defined } from '../../defined.js';
import { defineRoute } from '../../route.js';
import { OpenAiRequestError } from '../error.js';
import { fileUuid } from '../ids.js';
import { paging, toList } from '../pages.js';
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

const tag = 'openai';
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
  defineRoute({
    method: 'POST',
    path,
    summary: 'Makes a vector store: a collection of its own',
    tag,
    permission: ['collections', 'create'],
    body: createBody,
    status: 200,
    response: z.unknown(),
    handler: async ({ scope, layer, principal, body }) => {
      const files = body.file_ids ?? [];
      if (files.length > 0 && !principal.permissions.allows('documents', 'create'))
        throw new OpenAiRequestError('This credential lacks the permission documents:create.', {
          param: 'file_ids',
        });
      // Before there is a store that would stay empty.
      for (const id of files) await scope.files.get(fileUuid(id));
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
  defineRoute({
    method: 'GET',
    path,
    summary: 'The vector stores: every collection that may be read is one',
    tag,
    permission: ['collections', 'read'],
    query: z.strictObject(paging),
    response: z.unknown(),
    handler: async ({ scope, query }) =>
      toList((await new VectorStores(scope).list(query)).map(toStore), query),
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{store}`,
    summary: 'One vector store',
    tag,
    permission: ['collections', 'read'],
    params: storeParams,
    response: z.unknown(),
    handler: async ({ scope, params: { store } }) => toStore(await new VectorStores(scope).get(store)),
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{store}`,
    summary: 'Changes what a vector store is called, its metadata, and when it expires',
    tag,
    permission: ['collections', 'update'],
    params: storeParams,
    body: z.strictObject({
      name: name.nullish(),
      expires_after: expiresAfter.nullish(),
      metadata: metadata.nullish(),
    }),
    response: z.unknown(),
    handler: async ({ scope, params: { store }, body: { name: title, expires_after, metadata: labels } }) => {
      const days = expires_after === null ? null : expires_after?.days;
      const changes = defined({ title, labels: labels === null ? {} : labels, days });
      return toStore(await new VectorStores(scope).update(store, changes));
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{store}`,
    summary: 'Removes a vector store with what was made of its files; the files stay',
    tag,
    permission: ['collections', 'delete'],
    params: storeParams,
    response: z.unknown(),
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

import { z } from 'zod';
import { defineRoute } from '../../route.js';
import { OpenAiRequestError } from '../error.js';
import { paging, toList } from '../pages.js';
import { assertSameChunking, statusFilter } from './file-routes.js';
import { attributes, batchParams, chunkingStrategy, fileIds, storeParams } from './schemas.js';
import { toBatch, toFile } from './shapes.js';
import { VectorStores } from './stores.js';

const tag = 'openai';
const path = '/v1/vector_stores/{store}/file_batches';

const body = z.strictObject({
  file_ids: fileIds.optional(),
  files: z
    .array(
      z.strictObject({
        file_id: z.string().min(1).max(64),
        attributes: attributes.nullish(),
        chunking_strategy: chunkingStrategy.optional(),
      }),
    )
    .min(1)
    .max(2000)
    .optional(),
  attributes: attributes.nullish(),
  chunking_strategy: chunkingStrategy.optional(),
});

export const batchRoutes = [
  defineRoute({
    method: 'POST',
    path,
    summary: 'Adds files together',
    tag,
    permission: ['documents', 'create'],
    params: storeParams,
    body,
    response: z.unknown(),
    handler: async ({ scope, layer, params, body: given }) => {
      const stores = new VectorStores(scope);
      const store = await stores.open(params.store);
      for (const { chunking_strategy } of [given, ...(given.files ?? [])])
        await assertSameChunking(scope, store, chunking_strategy);
      const batch = await stores.createBatch(store, filesOf(given));
      layer.startWork();
      return toBatch(store.id, batch);
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{batch}`,
    summary: 'How far a batch is',
    tag,
    permission: ['documents', 'read'],
    params: batchParams,
    response: z.unknown(),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toBatch(store.id, await stores.batch(store, params.batch));
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{batch}/cancel`,
    summary: 'Withdraws the files of a batch that are not begun',
    tag,
    permission: ['documents', 'create'],
    params: batchParams,
    response: z.unknown(),
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toBatch(store.id, await stores.cancelBatch(store, params.batch));
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{batch}/files`,
    summary: 'The files of a batch',
    tag,
    permission: ['documents', 'read'],
    params: batchParams,
    query: z.strictObject({ ...paging, filter: statusFilter }),
    response: z.unknown(),
    handler: async ({ scope, params, query: { filter, ...query } }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      const { id } = await stores.batch(store, params.batch);
      const files = await stores.listFiles(store, query, filter, id);
      return toList(
        files.map((file) => toFile(store.id, file)),
        query,
      );
    },
  }),
];

function filesOf({ file_ids, files, attributes: common }: z.output<typeof body>) {
  if ((file_ids === undefined) === (files === undefined))
    throw new OpenAiRequestError('Give either file_ids or files.', { param: 'file_ids' });
  if (files) return files.map(({ file_id: id, attributes: own }) => ({ id, attributes: own ?? {} }));
  return (file_ids ?? []).map((id) => ({ id, attributes: common ?? {} }));
}

import { z } from 'zod';
import { batchAnswer, listAnswer, storeFileAnswer } from '../answers.js';
import { defineOpenAiRoute } from '../define.js';
import { OpenAiRequestError } from '../error.js';
import { paging, toList } from '../pages.js';
import { assertReadable } from './assert-readable.js';
import { assertSameChunking, statusFilter } from './file-routes.js';
import { attributes, batchParams, chunkingStrategy, fileIds, storeParams } from './schemas.js';
import { toBatch, toFile } from './shapes.js';
import { VectorStores } from './stores.js';

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
  defineOpenAiRoute({
    method: 'POST',
    path,
    summary: 'Adds files together',
    permission: ['documents', 'create'],
    params: storeParams,
    body,
    response: batchAnswer,
    handler: async ({ scope, layer, params, body: given }) => {
      const stores = new VectorStores(scope);
      const store = await stores.open(params.store);
      for (const { chunking_strategy } of [given, ...(given.files ?? [])])
        await assertSameChunking(scope, store, chunking_strategy);
      const files = filesOf(given);
      await assertReadable(
        { scope, layer },
        files.map(({ id }) => id),
      );
      const batch = await stores.createBatch(store, files);
      layer.startWork();
      return toBatch(store.id, batch);
    },
  }),
  defineOpenAiRoute({
    method: 'GET',
    path: `${path}/{batch}`,
    summary: 'How far a batch is',
    permission: ['documents', 'read'],
    params: batchParams,
    response: batchAnswer,
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toBatch(store.id, await stores.batch(store, params.batch));
    },
  }),
  defineOpenAiRoute({
    method: 'POST',
    path: `${path}/{batch}/cancel`,
    summary: 'Withdraws the files of a batch that are not begun',
    permission: ['documents', 'create'],
    params: batchParams,
    response: batchAnswer,
    handler: async ({ scope, params }) => {
      const stores = new VectorStores(scope);
      const store = await stores.get(params.store);
      return toBatch(store.id, await stores.cancelBatch(store, params.batch));
    },
  }),
  defineOpenAiRoute({
    method: 'GET',
    path: `${path}/{batch}/files`,
    summary: 'The files of a batch',
    permission: ['documents', 'read'],
    params: batchParams,
    query: z.strictObject({ ...paging, filter: statusFilter }),
    response: listAnswer(storeFileAnswer),
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

import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';
import type { DataLayer, Scope } from '../../layer/index.js';
import { modelAnswer, modelsAnswer } from './answers.js';
import { defineOpenAiRoute } from './define.js';

/** Ids of the models that this tenant's texts are embedded with: the layer's, and those of its collections. */
async function modelIds(layer: DataLayer, scope: Scope): Promise<string[]> {
  const collections = await scope.collections.list();
  const others = collections.flatMap(({ model }) => (model === null ? [] : [model]));
  return [...new Set([layer.embeddingModel.id, ...others])];
}

/** @throws AQF_MODEL_UNKNOWN, as a 404 */
export async function assertModel(layer: DataLayer, scope: Scope, id: string): Promise<void> {
  const ids = await modelIds(layer, scope);
  if (!ids.includes(id)) throw new ModelNotFoundError(id, ids);
}

export class ModelNotFoundError extends AquiferError {
  constructor(id: string, ids: readonly string[]) {
    super('AQF_MODEL_UNKNOWN', `The model ${JSON.stringify(id.slice(0, 200))} does not exist here.`, {
      hint: `Use ${ids.join(', ')}.`,
    });
  }
}

function shown(id: string) {
  return { id, object: 'model', created: 0, owned_by: id.split(':')[0] ?? id };
}

export const modelRoutes = [
  defineOpenAiRoute({
    method: 'GET',
    path: '/v1/models',
    summary: 'The embedding models',
    permission: null,
    response: modelsAnswer,
    handler: async ({ layer, scope }) => ({
      object: 'list',
      data: (await modelIds(layer, scope)).map(shown),
    }),
  }),
  defineOpenAiRoute({
    method: 'GET',
    path: '/v1/models/{model}',
    summary: 'One embedding model',
    permission: null,
    params: z.object({ model: z.string().max(256) }),
    response: modelAnswer,
    handler: async ({ layer, scope, params: { model } }) => {
      await assertModel(layer, scope, model);
      return shown(model);
    },
  }),
];

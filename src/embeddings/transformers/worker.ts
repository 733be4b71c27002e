import { workerData } from 'node:worker_threads';
import { serve } from '../../threads/index.js';
import type { EmbeddingModel } from '../embedder.js';
import { type GateData, type ModelWorkerApi, RunGate } from '../local/index.js';
import { loadModel } from './load-model.js';
import { TransformersPipeline } from './pipeline.js';
import type { Dtype } from './source.js';

export interface TransformersSettings {
  readonly folder: string | undefined;
  readonly name: string;
  readonly dtype: Dtype;
  readonly threads: number;
  readonly cacheDir: string | undefined;
  readonly model: EmbeddingModel;
}

const settings: TransformersSettings & GateData = workerData;
const gate = new RunGate(settings.gate);
let pipeline: Promise<TransformersPipeline> | undefined;

const handlers: ModelWorkerApi = {
  embed: async (texts, prefix) => {
    pipeline ??= gate.pass(createPipeline);
    // What failed for want of a network, or of a package, is tried again by the next call.
    pipeline.catch(() => {
      pipeline = undefined;
    });
    return (await pipeline).embed(texts, prefix);
  },
};
serve(handlers);

async function createPipeline(): Promise<TransformersPipeline> {
  return new TransformersPipeline(await loadModel(settings), settings.model, gate);
}

import { workerData } from 'node:worker_threads';
import { serve } from '../../threads/index.js';
import { type GateData, type ModelWorkerApi, RunGate } from '../local/index.js';
import { EmbeddingPipeline } from './pipeline.js';
import { loadRuntime } from './runtime/load-runtime.js';
import type { InferenceRuntime, RuntimeName, RuntimeOptions } from './runtime/runtime.js';
import { Tokenizer } from './tokenizer/tokenizer.js';
import { buildUseLiteGraph } from './use-lite-graph.js';
import { loadVocabulary, loadWeights } from './weights.js';

export interface EmbeddingSettings extends RuntimeOptions {
  /** In order of preference. */
  readonly runtimes: readonly RuntimeName[];
}

const options: EmbeddingSettings & GateData = workerData;
const gate = new RunGate(options.gate);
let pipeline: Promise<EmbeddingPipeline> | undefined;

const handlers: ModelWorkerApi = {
  embed: async (texts) => {
    pipeline ??= gate.pass(createPipeline);
    return (await pipeline).embed(texts);
  },
};
serve(handlers);

async function createPipeline(): Promise<EmbeddingPipeline> {
  const [weights, vocabulary] = await Promise.all([loadWeights(), loadVocabulary()]);
  const runtime = await loadRuntime(options.runtimes, buildUseLiteGraph(weights), options);
  return new EmbeddingPipeline(new Tokenizer(vocabulary), behindGate(runtime));
}

function behindGate(runtime: InferenceRuntime): InferenceRuntime {
  return {
    name: runtime.name,
    run: (batch) => gate.pass(() => runtime.run(batch)),
    release: () => runtime.release(),
  };
}

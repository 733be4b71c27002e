import { workerData } from 'node:worker_threads';
import { serve } from '../../threads/index.js';
import { type EmbeddedTexts, EmbeddingPipeline } from './pipeline.js';
import { RunGate } from './run-gate.js';
import { loadRuntime } from './runtime/load-runtime.js';
import type { InferenceRuntime, RuntimeName, RuntimeOptions } from './runtime/runtime.js';
import { Tokenizer } from './tokenizer/tokenizer.js';
import { buildUseLiteGraph } from './use-lite-graph.js';
import { loadVocabulary, loadWeights } from './weights.js';

export interface EmbeddingSettings extends RuntimeOptions {
  /** In order of preference. */
  readonly runtimes: readonly RuntimeName[];
}

/** What the host hands to the thread at its start. */
export interface EmbeddingWorkerData extends EmbeddingSettings {
  /** Memory of the `RunGate` that all native code runs behind. */
  readonly gate: SharedArrayBuffer;
}

export type EmbeddingWorkerApi = {
  embed(texts: readonly string[]): Promise<EmbeddedTexts>;
};

const options: EmbeddingWorkerData = workerData;
const gate = new RunGate(options.gate);
let pipeline: Promise<EmbeddingPipeline> | undefined;

const handlers: EmbeddingWorkerApi = {
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

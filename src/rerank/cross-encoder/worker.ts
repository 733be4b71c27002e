import { workerData } from 'node:worker_threads';
import { RunGate } from '../../embeddings/builtin/run-gate.js';
import { serve } from '../../threads/index.js';
import { CrossEncoderPipeline } from './pipeline.js';
import type { CrossEncoderSettings } from './settings.js';

/** What the host hands to the thread at its start. */
export interface CrossEncoderWorkerData extends CrossEncoderSettings {
  /** Memory of the `RunGate` that all native code runs behind. */
  readonly gate: SharedArrayBuffer;
}

export type CrossEncoderApi = {
  score(question: string, texts: readonly string[]): Promise<number[]>;
};

const settings: CrossEncoderWorkerData = workerData;
const gate = new RunGate(settings.gate);
let loading: Promise<CrossEncoderPipeline> | undefined;

const handlers: CrossEncoderApi = {
  score: async (question, texts) => {
    loading ??= gate.pass(() => CrossEncoderPipeline.load(settings));
    const pipeline = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return gate.pass(() => pipeline.score(question, texts));
  },
};
serve(handlers);

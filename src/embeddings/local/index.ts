export { planBatches } from './batches.js';
export { concatenate } from './concatenate.js';
export { meanVector } from './mean-vector.js';
export type { EmbeddedTexts, GateData, ModelThreadStart, ModelWorkerApi } from './model-thread.js';
export { RunGate } from './run-gate.js';
export { ThreadEmbedder } from './thread-embedder.js';

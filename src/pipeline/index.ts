export { type EmbeddingBacklog, readBacklog } from './backlog.js';
export { ModelChange, type ModelChangeDependencies, type ModelChangeStatus } from './model-change.js';
export {
  type EmbeddingFailure,
  EmbeddingPipeline,
  type FailureSelection,
} from './pipeline.js';
export type { PipelineDependencies, PipelineOptions } from './types.js';

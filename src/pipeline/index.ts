export { ModelChange, type ModelChangeDependencies, type ModelChangeStatus } from './model-change.js';
export {
  type EmbeddingBacklog,
  type EmbeddingFailure,
  EmbeddingPipeline,
  type FailureSelection,
} from './pipeline.js';
export type { PipelineDependencies, PipelineOptions } from './types.js';

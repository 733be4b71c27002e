export { openTransformers, type TransformersOptions } from './open-transformers.js';
export type { Dtype } from './source.js';

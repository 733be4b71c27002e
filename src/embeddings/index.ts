export { type BuiltinEmbedderOptions, createBuiltinEmbedder } from './builtin/builtin-embedder.js';
export { checkedEmbedder } from './checked-embedder.js';
export type { Embedder, EmbeddingModel } from './embedder.js';

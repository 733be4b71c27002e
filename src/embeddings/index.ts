export { type BuiltinEmbedderOptions, createBuiltinEmbedder } from './builtin/builtin-embedder.js';
export { checkedEmbedder } from './checked-embedder.js';
export { embedEach } from './embed-each.js';
export { embedTexts } from './embed-texts.js';
export type { EmbedCall, EmbeddedText, Embedder, EmbeddingModel, Prefixes } from './embedder.js';
export { EmbedderPool } from './embedder-pool.js';
export { ModelRegistry, type ModelWish, type ResolvedModel } from './models/index.js';
export { type OpenEmbedderOptions, openEmbedder } from './open-embedder.js';
export {
  type DailyUsage,
  type EmbeddingUse,
  UsageMeter,
  type UsageMeterOptions,
  type UsageQuery,
  type UsageTotals,
  type UseListener,
  usage,
} from './usage/index.js';

export { type Chunk, chunkDocument } from './chunk-document.js';
export type { Section } from './layout.js';
export {
  type ChunkingOptions,
  checkedOptions,
  DEFAULT_MAX_TOKENS,
  DEFAULT_OVERLAP_TOKENS,
} from './options.js';
export { countTokens } from './tokens/index.js';

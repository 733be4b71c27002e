export type { CountTokens } from './context/fit.js';
export type { DocumentName, FoundChunk, NeighbourChunk, Passage } from './context/passage.js';
export { type MmrCandidate, type MmrOptions, mmr } from './mmr.js';
export {
  buildContext,
  type Citation,
  type ContextOptions,
  type RetrievedContext,
  type RetrieveOptions,
  retrieve,
  type SearchChunks,
} from './retrieve.js';

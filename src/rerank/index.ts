export type { EndpointOptions } from '../endpoints/index.js';
export {
  type CrossEncoderOptions,
  createCrossEncoder,
} from './cross-encoder/cross-encoder.js';
export { createHttpReranker, type HttpRerankerOptions } from './http/http-reranker.js';
export { type MmrCandidate, type MmrOptions, mmr } from './mmr.js';
export { type OpenRerankerOptions, openReranker } from './open-reranker.js';
export { type Reranked, type RerankedHit, type RerankOptions, rerankHits } from './rerank-hits.js';
export type { Reranker } from './reranker.js';

export { BoundSpace } from './bound-space.js';
export { encodeVector, encodeVectors } from './encode.js';
export {
  type BuildOptions,
  type BuildProgress,
  type BuiltIndex,
  buildIndex,
  type CollectionFigures,
  collectionFigures,
  estimateIndex,
  type IndexEstimate,
  type IndexRound,
  indexGrownSpaces,
  pgvectorStore,
  RecallSamples,
} from './pgvector/index.js';
export type {
  Metric,
  ShortReason as VectorShortReason,
  UpsertOptions,
  VectorAnswer,
  VectorHit,
  VectorMetadata,
  VectorQuery,
  VectorRecord,
  VectorSelection,
  VectorSpace,
  VectorStats,
  VectorStore,
} from './store.js';

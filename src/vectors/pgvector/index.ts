export { type BuildOptions, type BuildProgress, type BuiltIndex, buildIndex } from './build-index.js';
export { estimateIndex, type IndexEstimate, type IndexShape } from './estimate-index.js';
export { type CollectionFigures, collectionFigures } from './figures.js';
export { type IndexRound, indexGrownSpaces } from './grown-spaces.js';
export type { IndexOptions } from './index-definition.js';
export { type AskedQuestion, RecallSamples } from './recall-samples.js';
export { pgvectorStore } from './store.js';

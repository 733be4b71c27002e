export { checkLoad } from './check-load.js';
export { loadDocuments } from './load.js';
export type { CutChunk, CutDocument, LoadDependencies, LoadOptions, LoadResult } from './types.js';

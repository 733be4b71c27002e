import { integerColumn, jsonbColumn, type Staging, textColumn } from '../../relational/copy/index.js';
import { writeHalfVector } from '../../vectors/encode.js';
import type { ReadyChunk, ReadyDocument } from './prepare.js';

export const STAGED_DOCUMENTS: Staging<ReadyDocument> = {
  table: 'aquifer_staged_documents',
  columns: [
    textColumn('id', ({ id }) => id),
    textColumn('source', ({ source }) => source),
    textColumn('title', ({ title }) => title),
    textColumn('language', ({ language }) => language),
    jsonbColumn('metadata', ({ metadata }) => JSON.stringify(metadata)),
    textColumn('content', ({ content }) => content),
    textColumn('source_hash', ({ sourceHash }) => sourceHash),
    textColumn('recipe_hash', ({ recipeHash }) => recipeHash),
  ],
};

/** A chunk at its place in the batch. */
export interface StagedChunk {
  readonly at: number;
  readonly documentId: string;
  readonly chunk: ReadyChunk;
}

export const STAGED_CHUNKS: Staging<StagedChunk> = {
  table: 'aquifer_staged_chunks',
  columns: [
    integerColumn('at', ({ at }) => at),
    textColumn('document_id', ({ documentId }) => documentId),
    integerColumn('ordinal', ({ chunk }) => chunk.ordinal),
    textColumn('context', ({ chunk }) => chunk.context),
    textColumn('content', ({ chunk }) => chunk.text),
    textColumn('hash', ({ chunk }) => chunk.hash),
    integerColumn('start_offset', ({ chunk }) => chunk.start),
    integerColumn('end_offset', ({ chunk }) => chunk.end),
    integerColumn('tokens', ({ chunk }) => chunk.tokens),
  ],
};

/** A vector of the chunk at this place. */
export interface StagedVector {
  readonly at: number;
  readonly window: number;
  readonly embedding: Float32Array;
}

export const STAGED_VECTORS: Staging<StagedVector> = {
  table: 'aquifer_staged_vectors',
  columns: [
    integerColumn('at', ({ at }) => at),
    integerColumn('window_no', ({ window }) => window),
    {
      name: 'embedding',
      type: 'halfvec',
      write: ({ embedding }, to) => writeHalfVector(embedding, to),
      text: ({ embedding }) => `[${embedding.join(',')}]`,
    },
  ],
};

import type { Embedder } from '../../embeddings/index.js';
import type { RelationalProvider } from '../../relational/index.js';
import type { Metadata } from '../types.js';

/** A document that is cut already. */
export interface CutDocument {
  /** Its identity within the collection; loading it again replaces it where it differs. */
  readonly source: string;
  readonly title: string;
  readonly metadata?: Metadata;
  /** BCP 47 tag. Default: as the collection says, else found from the text. */
  readonly language?: string;
  readonly chunks: readonly CutChunk[];
}

export interface CutChunk {
  readonly text: string;
  /** Searched together with the text, no part of it. @default the title of the document */
  readonly context?: string;
  /** Of the model in use, in its length; those that are missing are made by the embedder. */
  readonly embedding?: Float32Array;
}

export interface LoadDependencies {
  readonly relational: RelationalProvider;
  /** Its model is the one that given vectors are of. */
  readonly embedder: Embedder;
  /** @default 'default' */
  readonly collection?: string;
  /** Awaited at the end, when documents were stored. */
  readonly onChange?: (tenantId: string) => Promise<void>;
}

export interface LoadOptions {
  /** Stops between batches; what is stored stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (soFar: LoadResult) => void;
}

export interface LoadResult {
  readonly stored: number;
  /** Were there already, with the same text, settings and metadata. */
  readonly unchanged: number;
  /** Of the stored documents. */
  readonly chunks: number;
}

import type { ChunkingOptions } from '../chunking/index.js';
import type { AquiferError } from '../errors/index.js';
import type { DocumentFormat } from '../extraction/index.js';

export type MetadataValue = string | number | boolean | null | readonly string[];
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** A document to ingest: bytes of a file, or text. */
export interface DocumentInput {
  /** Its identity within the tenant: a path, a URL, a key of yours. Ingesting it again replaces it. */
  readonly source: string;
  /** The file as it is; its format is found from the content. Either this or `text`. */
  readonly bytes?: Uint8Array;
  readonly text?: string;
  /** Default: the title the document states, else the last part of `source`. */
  readonly title?: string;
  /** Searchable by `filter`; wins over what the document states of itself. */
  readonly metadata?: Metadata;
  readonly chunking?: ChunkingOptions;
  /** BCP 47 tag of its language. Default: as the collection says, else found from the text. */
  readonly language?: string;
  /**
   * `now`: stored with its vectors. `later`: stored at once, and found by its words until the pipeline has embedded it.
   * @default 'now'
   */
  readonly embed?: EmbedWhen;
  /** The id of the file that it is made from (`scope.files`): its original. */
  readonly fileId?: string;
  /** Helps to tell the format of `bytes`. Default: `source`. */
  readonly fileName?: string;
}

export type EmbedWhen = 'now' | 'later';

export type IngestStatus = 'added' | 'updated' | 'unchanged';

export interface IngestResult {
  readonly status: IngestStatus;
  readonly documentId: string;
  readonly source: string;
  readonly title: string;
  /** Chunks of the document now, and how this call changed them. */
  readonly chunks: { readonly total: number; readonly added: number; readonly removed: number };
}

export interface IngestFilesOptions
  extends Pick<DocumentInput, 'metadata' | 'chunking' | 'language' | 'embed'> {
  /** Also delete documents whose file below the given paths is gone. Default false. */
  readonly prune?: boolean;
  /** Stops between documents; what is stored stays. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** One step of the work: the files found, then each file, then each pruned document. */
export type IngestProgress =
  | { readonly kind: 'found'; readonly files: number; readonly bytes: number }
  | {
      readonly kind: 'ingested';
      readonly file: string;
      readonly bytes: number;
      readonly result: IngestResult;
    }
  | { readonly kind: 'failed'; readonly file: string; readonly bytes: number; readonly error: AquiferError }
  | { readonly kind: 'pruned'; readonly file: string };

export interface IngestFilesResult {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly pruned: number;
  readonly failed: readonly { readonly file: string; readonly error: AquiferError }[];
  /** Chunks written by this run. */
  readonly chunksAdded: number;
  /** True when `signal` stopped the run early. */
  readonly aborted: boolean;
}

/** A document without its text. */
export interface DocumentSummary {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly format: DocumentFormat;
  readonly language: string;
  readonly metadata: Metadata;
  readonly chunks: number;
  /** Size of the source. */
  readonly bytes: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
  /** Whether the file that it was made from is kept. */
  readonly hasOriginal: boolean;
  /** `waiting`: found by its words, by its meaning once it is embedded; `failed`: that was tried in vain. */
  readonly embedding: 'current' | 'waiting' | 'failed';
  /** When it was put into the trash; null for those that are searched. */
  readonly deletedAt: Date | null;
}

/** A document with its whole extracted text; the offsets of chunks slice `content`. */
export interface StoredDocument extends DocumentSummary {
  readonly content: string;
}

export interface StoredChunk {
  readonly ordinal: number;
  readonly content: string;
  /** UTF-16 code units into the document's `content`. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly page: number | null;
  readonly lastPage: number | null;
  readonly headingPath: readonly string[];
}

export interface ListOptions {
  /** Default 100, at most 1000. */
  readonly limit?: number;
  /** Continue after this source: the list is ordered by source. In the trash: after the document of this id. */
  readonly after?: string;
  /** Those in the trash in place of the others, the last deleted first. @default false */
  readonly deleted?: boolean;
}

export interface ChunkOptions {
  /** 1 to 1000. @default all */
  readonly limit?: number;
  /** Continue after the chunk of this ordinal. */
  readonly after?: number;
}

export interface GetOptions {
  /** Also in the trash. @default false */
  readonly deleted?: boolean;
}

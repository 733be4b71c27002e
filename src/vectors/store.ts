import type { Filter } from '../filters/index.js';
import type { TenantContext } from '../relational/index.js';

/** How far two vectors are from each other: 1 - cosine, Euclidean distance, or the negative inner product. */
export type Metric = 'cosine' | 'l2' | 'inner';

/**
 * Vectors of one tenant that are compared with each other: those of one name and one model. Two models have two
 * spaces, also where their vectors are equally long.
 */
export interface VectorSpace {
  /** 1 to 128 letters, digits and `_ . -`. */
  readonly name: string;
  /** The id of the embedding model, `<provider>:<name>`. */
  readonly model: string;
  readonly dimensions: number;
  readonly metric: Metric;
}

export type VectorMetadata = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface VectorRecord {
  /** The caller's own key within the space, 1 to 512 bytes. */
  readonly id: string;
  /** The document it is a part of; records are deleted by it. */
  readonly documentId: string | null;
  readonly text: string | null;
  readonly metadata: VectorMetadata;
  readonly embedding: Float32Array;
}

export interface VectorHit extends Omit<VectorRecord, 'embedding'> {
  readonly distance: number;
  /** Higher is better: cosine similarity, inner product, or 1 / (1 + Euclidean distance). */
  readonly score: number;
  /** Only where it was asked for. */
  readonly embedding?: Float32Array;
}

export interface VectorQuery {
  /** 1 to 1000. */
  readonly topK: number;
  readonly filter?: Filter;
  /** Of the truly nearest, the share that an index has to find; 1 reads every vector. @default 0.98 */
  readonly recall?: number;
  /** @default false */
  readonly withEmbeddings?: boolean;
}

/** Fewer hits than were asked for are never without a reason: nothing more was stored, or nothing more matched. */
export type ShortReason = 'few-vectors' | 'few-matches';

export interface VectorAnswer {
  /** Nearest first; ties by id. */
  readonly hits: readonly VectorHit[];
  readonly short?: ShortReason;
}

/** Which records: all of the space, or those that are named. */
export type VectorSelection =
  | 'all'
  | { readonly ids: readonly string[] }
  | { readonly documentIds: readonly string[] }
  | { readonly filter: Filter };

export interface VectorStats {
  readonly vectors: number;
  /** On disk, index included; undefined where the store does not tell. */
  readonly bytes: number | undefined;
  /** `exact`: every query reads every vector that it may see. */
  readonly index: 'exact' | 'building' | 'ready';
}

export interface UpsertOptions {
  readonly signal?: AbortSignal;
  /** Records written so far. */
  readonly onProgress?: (written: number) => void;
}

/**
 * Keeps vectors. Every call is of one tenant, that of the context, and never sees those of another. A space comes into
 * being with its first record.
 */
export interface VectorStore {
  readonly kind: 'pgvector' | 'chromadb' | (string & {});
  /**
   * Writes records, replacing those of the same id; read as a stream, no faster than they can be written. Records of
   * one document that follow each other are written together or not at all.
   * @throws AQF_VECTOR_DIMENSIONS when a vector has another length than its space (nothing of its document is written);
   * AQF_ARGUMENT_INVALID for what is no record; AQF_VECTORS_UNAVAILABLE
   */
  upsert(
    context: TenantContext,
    space: VectorSpace,
    records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options?: UpsertOptions,
  ): Promise<number>;
  /** @throws AQF_VECTOR_DIMENSIONS, AQF_ARGUMENT_INVALID, AQF_VECTORS_UNAVAILABLE */
  query(
    context: TenantContext,
    space: VectorSpace,
    embedding: Float32Array,
    query: VectorQuery,
  ): Promise<VectorAnswer>;
  /** Those that exist, in the order of `ids`. */
  get(context: TenantContext, space: VectorSpace, ids: readonly string[]): Promise<VectorRecord[]>;
  /** Resolves to how many were removed. */
  delete(context: TenantContext, space: VectorSpace, which: VectorSelection): Promise<number>;
  count(context: TenantContext, space: VectorSpace, filter?: Filter): Promise<number>;
  stats(context: TenantContext, space: VectorSpace): Promise<VectorStats>;
  /** All records in ascending order of their ids' code points, those after `after`, in batches. */
  scan(
    context: TenantContext,
    space: VectorSpace,
    options?: { readonly after?: string; readonly batch?: number },
  ): AsyncIterable<readonly VectorRecord[]>;
  /** The spaces of the tenant. */
  spaces(context: TenantContext): Promise<readonly VectorSpace[]>;
  /** Removes everything of the tenant. */
  deleteTenant(context: TenantContext): Promise<void>;
  /** Never rejects. */
  isAvailable(): Promise<boolean>;
  close(): Promise<void>;
}

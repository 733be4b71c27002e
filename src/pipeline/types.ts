import type { Embedder } from '../embeddings/index.js';
import type { TurnQueue } from '../jobs/index.js';
import type { RelationalProvider, SystemContext } from '../relational/index.js';

/** Under which the pipeline works: documents of collections that few roles may read are embedded too. */
export const SYSTEM: SystemContext = { kind: 'system', reason: 'embedding pipeline' };

/** What the pipeline stands on. */
export interface PipelineDependencies {
  readonly relational: RelationalProvider;
  readonly queue: TurnQueue;
  /** What embeds with a model for a tenant; undefined where nothing here serves that model. */
  embedderOf(tenantId: string, model: string): Promise<Embedder | undefined>;
  /** The id of the model for collections that name none. */
  readonly defaultModel: string;
  /** Cuts a document anew whose text was changed by another writer: `rechunk` of the documents room. */
  rechunk(tenantId: string, documentId: string): Promise<void>;
  /** Told of what went wrong and is tried again. */
  onError?(error: unknown, tenantId: string | undefined): void;
}

export interface PipelineOptions {
  /** Tenants that this process serves at once. @default 2 */
  readonly concurrency?: number;
  /** Chunks that are embedded in one call and stored together. @default 64 */
  readonly batch?: number;
  /** Milliseconds after which a tenant with more work lets others go first. @default 5000 */
  readonly turnMs?: number;
  /** Times that a document is tried until it is a dead letter. @default 8 */
  readonly attempts?: number;
  /** Milliseconds before the second try; four times as long before each that follows, up to five minutes. @default 2000 */
  readonly backoffMs?: number;
  /** Milliseconds a call to the model may take. @default 120000 */
  readonly callTimeoutMs?: number;
  /** Milliseconds between two looks for what the queue missed. @default 60000 */
  readonly sweepMs?: number;
}

export const DEFAULTS: Required<PipelineOptions> = {
  concurrency: 2,
  batch: 64,
  turnMs: 5000,
  attempts: 8,
  backoffMs: 2000,
  callTimeoutMs: 120_000,
  sweepMs: 60_000,
};

/** A vector space of documents as the pipeline sees it. */
export interface DocumentSpace {
  readonly id: number;
  readonly collectionId: number;
  readonly model: string;
  readonly dimensions: number;
  readonly state: 'active' | 'building' | 'retired';
  /** Chunks up to this number have their vectors; null for a space that does not follow. */
  readonly doneTo: number | null;
}

/** A space with what embeds for it. */
export interface ServedSpace extends DocumentSpace {
  readonly embedder: Embedder;
}

/** A chunk that has no vector. */
export interface MissingChunk {
  readonly id: number;
  readonly documentId: string;
  readonly ordinal: number;
  readonly context: string;
  readonly text: string;
  readonly hash: string;
  /** When its document was flagged, to the microsecond, as the database writes it; null where it is not. */
  readonly flag: string | null;
  /** How often its document failed in this state. */
  readonly attempts: number;
}

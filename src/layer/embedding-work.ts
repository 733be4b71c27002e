import type { AquiferConfig } from '../config/index.js';
import { rechunk } from '../documents/index.js';
import { AquiferError } from '../errors/index.js';
import type { Relay } from '../events/index.js';
import type { TurnQueue } from '../jobs/index.js';
import {
  type EmbeddingBacklog,
  type EmbeddingFailure,
  EmbeddingPipeline,
  type FailureSelection,
  ModelChange,
  type PipelineDependencies,
  readBacklog,
} from '../pipeline/index.js';
import type { RelationalProvider } from '../relational/index.js';
import type { Embedders } from './embedders.js';

/** The name of the queue of the embedding pipeline, the same in every process. */
export const EMBEDDING_QUEUE = 'embeddings';

/** What the work of embedding stands on. */
export interface EmbeddingWorkParts {
  readonly config: AquiferConfig;
  readonly relational: RelationalProvider;
  readonly embedders: Embedders;
  readonly relay: Relay;
  readonly onDocumentsChange: (tenantId: string) => Promise<void>;
}

interface OpenWork {
  readonly queue: TurnQueue;
  readonly pipeline: EmbeddingPipeline;
  readonly deps: PipelineDependencies;
}

/** What is embedded later, and by whom: `layer.embedding`. Queue and pipeline are opened with the first call. */
export class EmbeddingWork {
  readonly #parts: EmbeddingWorkParts;
  #open: Promise<OpenWork> | undefined;
  #started: Promise<void> | undefined;

  constructor(parts: EmbeddingWorkParts) {
    this.#parts = parts;
  }

  /** Embeds what waits in this process, from now until the layer closes. @throws AQF_QUEUE_UNAVAILABLE */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Starts where the configuration has this process work, and says what went wrong as a warning. */
  readonly startIfWanted = (): void => {
    if (!this.#parts.config.jobs.worker) return;
    this.start().catch((error: Error) => process.emitWarning(`Embedding could not start: ${error.message}`));
  };

  /** As `startIfWanted`, where work is left from before, or other processes may leave some. */
  async startIfNeeded(): Promise<void> {
    const { kind } = this.#parts.relational;
    const isAlone = kind !== 'postgres';
    if (isAlone && (await this.backlog()).documents === 0) return;
    this.startIfWanted();
  }

  /** What waits, of all tenants. */
  backlog(): Promise<EmbeddingBacklog> {
    return readBacklog(this.#parts.relational);
  }

  /** Documents that could not be embedded, the last one first. */
  async failures(selection?: FailureSelection): Promise<EmbeddingFailure[]> {
    return (await this.#opened()).pipeline.failures(selection);
  }

  /** Tries documents again that failed: one, those of a tenant, or all. Resolves to how many. */
  async requeue(
    selection: { readonly tenantId?: string; readonly documentId?: string } = {},
  ): Promise<number> {
    const requeued = await (await this.#opened()).pipeline.requeue(selection);
    this.startIfWanted();
    return requeued;
  }

  /** The change of a collection's model while it is searched. @param collection by its name */
  async changeModel(tenantId: string, collection = 'default'): Promise<ModelChange> {
    const { deps } = await this.#opened();
    const onSwapped = this.#parts.onDocumentsChange;
    return new ModelChange({ ...deps, onSwapped }, tenantId, collection);
  }

  async close(): Promise<void> {
    await this.#started?.catch(() => {});
    const open = await this.#open?.catch(() => undefined);
    await open?.pipeline.stop();
    await open?.queue.close();
  }

  async #start(): Promise<void> {
    const { pipeline } = await this.#opened();
    await pipeline.start();
    await this.#parts.relay.subscribe(pipeline.subscriber());
  }

  #opened(): Promise<OpenWork> {
    this.#open ??= this.#openAll().catch((error: unknown) => {
      this.#open = undefined;
      throw error;
    });
    return this.#open;
  }

  async #openAll(): Promise<OpenWork> {
    const { config, relational, embedders, onDocumentsChange } = this.#parts;
    if (relational.kind === 'aurora') {
      throw new AquiferError('AQF_NOT_SUPPORTED', 'The Data API of Aurora keeps no queue: embed with `now`.');
    }
    const { openTurnQueue, queuePlace } = await import('../jobs/index.js');
    const place = queuePlace({ queue: config.jobs.queue, redisUrl: config.redis.url });
    const queue = await openTurnQueue({ name: EMBEDDING_QUEUE, relational, ...place });
    const { concurrency, batch, attempts, sweepMs } = config.jobs;
    const deps: PipelineDependencies = {
      relational,
      queue,
      defaultModel: embedders.main.model.id,
      embedderOf: (_, model) => embedders.of(model),
      rechunk: (tenantId, documentId) =>
        rechunk({ relational, chunking: config.chunking, onChange: onDocumentsChange }, tenantId, documentId),
      onError: (error) => process.emitWarning(`Embedding failed and is tried again: ${String(error)}`),
    };
    return { queue, deps, pipeline: new EmbeddingPipeline(deps, { concurrency, batch, attempts, sweepMs }) };
  }
}

import { rechunk } from '../../../documents/index.js';
import { type Embedder, EmbedderPool } from '../../../embeddings/index.js';
import { openTurnQueue, queuePlace } from '../../../jobs/index.js';
import { EMBEDDING_QUEUE, openRelational } from '../../../layer/index.js';
import { EmbeddingPipeline, type PipelineDependencies } from '../../../pipeline/index.js';
import { assertMigrated } from '../../../relational/index.js';
import type { CommonOptions } from '../../options.js';
import { loadCommandConfig } from '../../session.js';

/** What commands about jobs work with. */
export interface Workplace extends PipelineDependencies {
  /** The tenant of the command. */
  readonly tenantId: string;
  readonly pipeline: EmbeddingPipeline;
  /** @throws AQF_MODEL_UNKNOWN, AQF_VECTOR_DIMENSIONS */
  openModel(name: string): Promise<Embedder>;
}

/** Opens database and queue for the time of a command, and models when they are needed. */
export async function withWorkplace<T>(
  options: CommonOptions,
  work: (workplace: Workplace) => Promise<T>,
): Promise<T> {
  const { values: config } = await loadCommandConfig(options);
  const models = new EmbedderPool(config.embeddings);
  const relational = await openRelational(config);
  try {
    await assertMigrated(relational);
    const { model } = await models.open(config.embeddings.model);
    const queue = await openTurnQueue({
      name: EMBEDDING_QUEUE,
      relational,
      ...queuePlace({ queue: config.jobs.queue, redisUrl: config.redis.url }),
    });
    const deps: PipelineDependencies = {
      relational,
      queue,
      defaultModel: model.id,
      rechunk: (tenantId, id) => rechunk({ relational, chunking: config.chunking }, tenantId, id),
      embedderOf: (_tenant, name) => models.find(name),
      onError: (error) => process.stderr.write(`${(error as Error).message}\n`),
    };
    const { concurrency, batch, attempts, sweepMs } = config.jobs;
    const pipeline = new EmbeddingPipeline(deps, { concurrency, batch, attempts, sweepMs });
    try {
      return await work({
        ...deps,
        tenantId: config.tenant,
        pipeline,
        openModel: (name) => models.open(name),
      });
    } finally {
      await pipeline.stop();
      await queue.close();
    }
  } finally {
    await models.close();
    await relational.close();
  }
}

import { createInterface } from 'node:readline';
import type { EmbeddedText, Embedder } from '../../src/embeddings/embedder.js';
import { AquiferError } from '../../src/errors/index.js';
import { openTurnQueue } from '../../src/jobs/index.js';
import { EmbeddingPipeline } from '../../src/pipeline/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';

/** What a worker is started with. */
export interface PipelineWorkerOptions {
  readonly postgres: string;
  readonly redis: string;
  /** Of the model's server. */
  readonly model: string;
  readonly batch: number;
  readonly concurrency: number;
}

export const MODEL_ID = 'made:remote';
export const DIMENSIONS = 16;

/** What the model's server answers: for each text its vector, or null where there is none. */
export type Answer = readonly (readonly number[] | null)[];

function remoteEmbedder(url: string): Embedder {
  const embedEach = async (texts: readonly string[], call: { signal?: AbortSignal | undefined } = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(texts),
      signal: call.signal ?? null,
    });
    if (response.status === 429) {
      const error = new AquiferError('AQF_EMBEDDING_RATE_LIMITED', '429', { facts: { retryAfterMs: 100 } });
      return texts.map((): EmbeddedText => ({ ok: false, error }));
    }
    if (!response.ok) throw new AquiferError('AQF_EMBEDDING_FAILED', `status ${response.status}`);
    const answer = (await response.json()) as Answer;
    return answer.map((vector): EmbeddedText => {
      if (vector) return { ok: true, windows: [Float32Array.from(vector)] };
      return { ok: false, error: new AquiferError('AQF_EMBEDDING_FAILED', 'left out') };
    });
  };
  return {
    model: { id: MODEL_ID, dimensions: DIMENSIONS, maxTokens: 512, language: '*', fusionWeight: 0.5 },
    embedEach,
    embedPassages: async () => {
      throw new Error('the pipeline asks for each');
    },
    embedQuery: async () => new Float32Array(DIMENSIONS),
    close: async () => undefined,
  };
}

async function run({ postgres, redis, model, batch, concurrency }: PipelineWorkerOptions): Promise<void> {
  const pool = { min: 0, max: 8, idleTimeoutMs: 10_000, acquireTimeoutMs: 10_000 };
  const relational = await openPostgres({ url: postgres, pool });
  const queue = await openTurnQueue({
    name: 'embeddings',
    relational,
    redis: { url: redis },
    lockMs: 2000,
    backoffMs: 200,
  });
  const embedder = remoteEmbedder(model);
  const pipeline = new EmbeddingPipeline(
    {
      relational,
      queue,
      defaultModel: MODEL_ID,
      rechunk: async () => undefined,
      embedderOf: async (_tenant, id) => (id === MODEL_ID ? embedder : undefined),
      onError: (error) => console.log(`error ${(error as Error).message}`),
    },
    { batch, concurrency, turnMs: 500, backoffMs: 100, sweepMs: 1000, callTimeoutMs: 1500 },
  );
  await pipeline.start();
  console.log('ready');
  for await (const line of createInterface(process.stdin)) if (line === 'stop') break;
  await pipeline.stop();
  await queue.close();
  await relational.close();
  process.exit(0);
}

if (process.argv[2]) await run(JSON.parse(process.argv[2]) as PipelineWorkerOptions);

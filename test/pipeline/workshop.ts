import { randomBytes } from 'node:crypto';
import { Documents, rechunk } from '../../src/documents/index.js';
import type { Embedder } from '../../src/embeddings/embedder.js';
import type { Extractor } from '../../src/extraction/index.js';
import { openTurnQueue, type TurnQueue } from '../../src/jobs/index.js';
import { EmbeddingPipeline, type PipelineOptions } from '../../src/pipeline/index.js';
import { OWNER, type RelationalProvider, type Row, type TenantContext } from '../../src/relational/index.js';

const CHUNKING = { maxTokens: 64, overlapTokens: 0 };

export const FAST: PipelineOptions = { backoffMs: 20, sweepMs: 200, callTimeoutMs: 2000 };

/** A database with a queue and pipelines over it, and documents to embed. */
export class Workshop {
  readonly #pipelines: EmbeddingPipeline[] = [];

  private constructor(
    readonly relational: RelationalProvider,
    readonly queue: TurnQueue,
    readonly embedders: readonly Embedder[],
  ) {}

  static async open(relational: RelationalProvider, ...embedders: Embedder[]): Promise<Workshop> {
    const name = `embed-${randomBytes(4).toString('hex')}`;
    return new Workshop(relational, await openTurnQueue({ name, relational, backoffMs: 20 }), embedders);
  }

  pipeline(options: PipelineOptions = {}): EmbeddingPipeline {
    const pipeline = new EmbeddingPipeline(this.dependencies(), { ...FAST, ...options });
    this.#pipelines.push(pipeline);
    return pipeline;
  }

  dependencies() {
    return {
      relational: this.relational,
      queue: this.queue,
      rechunk: (tenant: string, id: string) =>
        rechunk({ relational: this.relational, chunking: CHUNKING }, tenant, id),
      defaultModel: this.embedders[0]?.model.id ?? '',
      embedderOf: async (_tenant: string, model: string) =>
        this.embedders.find((embedder) => embedder.model.id === model),
    };
  }

  documents(tenantId: string): Documents {
    const context: TenantContext = { kind: 'tenant', tenantId };
    const [embedder] = this.embedders;
    if (!embedder) throw new Error('a workshop needs an embedder');
    const deps = {
      relational: this.relational,
      extractor: {} as Extractor,
      embedder,
      embedderOf: async (model: string) => this.embedders.find((each) => each.model.id === model),
      chunking: CHUNKING,
    };
    return new Documents(deps, context);
  }

  /** Documents of one chunk each, to be embedded later. */
  async store(tenantId: string, amount: number, prefix = 'doc'): Promise<void> {
    const documents = this.documents(tenantId);
    for (let at = 0; at < amount; at += 1) {
      const text = `${tenantId} ${prefix} number ${at} says something of its own.`;
      await documents.ingest({ source: `${prefix}-${at}`, text, embed: 'later' });
    }
  }

  async rows<R extends Row>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.relational.query<R>({ kind: 'system', reason: 'test' }, { text, values })).rows;
  }

  /** Chunks, and those with exactly one vector in the space of a model. */
  async tally(tenantId: string, model: string): Promise<{ chunks: number; embedded: number }> {
    const [tally] = await this.rows<{ chunks: number; embedded: number }>(
      `select count(*)::integer as chunks,
              count(*) filter (where (
                select count(*) from aquifer.vectors v join aquifer.vector_spaces s
                  on s.tenant_id = v.tenant_id and s.id = v.space_id
                where v.tenant_id = c.tenant_id and v.item_id = c.id and s.model = $2) = 1)::integer as embedded
       from aquifer.chunks c where c.tenant_id = $1`,
      [tenantId, model],
    );
    return tally ?? { chunks: 0, embedded: 0 };
  }

  async close(): Promise<void> {
    for (const pipeline of this.#pipelines) await pipeline.stop();
    await this.queue.close();
  }

  async asOwner(text: string): Promise<void> {
    await this.relational.transaction(OWNER, (tx) => tx.execute(text));
  }
}

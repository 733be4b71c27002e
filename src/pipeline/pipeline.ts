import { DOCUMENTS_ENTITY } from '../documents/index.js';
import type { Subscriber } from '../events/index.js';
import type { TurnWorker } from '../jobs/index.js';
import type { Row, Statement } from '../relational/index.js';
import { type EmbeddingBacklog, readBacklog } from './backlog.js';
import * as queries from './queries.js';
import { takeTurn } from './turn.js';
import { DEFAULTS, type PipelineDependencies, type PipelineOptions, SYSTEM } from './types.js';

/** A document that could not be embedded. */
export interface EmbeddingFailure {
  readonly tenantId: string;
  readonly documentId: string;
  readonly source: string;
  readonly attempts: number;
  /** Of the last error. */
  readonly code: string;
  readonly reason: string;
  readonly failedAt: Date;
  /** When it is tried again, unless it is dead. */
  readonly retryAt: Date;
  readonly dead: boolean;
}

export interface FailureSelection {
  /** @default all tenants */
  readonly tenantId?: string;
  /** @default 'dead' */
  readonly which?: 'dead' | 'all';
  /** @default 100 */
  readonly limit?: number;
}

/** Looks at every chunk come this much seldomer than looks at flags. */
const SWEEPS_A_DEEP_ONE = 60;

/**
 * Embeds what is stale: documents that were stored to be embedded later or were changed by whatever writer, and the
 * spaces of a model that is to take over. What is to be done stands in the database; the queue only tells whose turn it is.
 */
export class EmbeddingPipeline {
  readonly #deps: PipelineDependencies;
  readonly #options: Required<PipelineOptions>;
  #worker: Promise<TurnWorker> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<unknown> | undefined;
  #sweeps = 0;

  constructor(deps: PipelineDependencies, options: PipelineOptions = {}) {
    this.#deps = deps;
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Takes turns of tenants in this process, and sweeps at once and from then on. The sweep is a timer and not a job: it
   * is what helps when the queue has lost its jobs. @throws AQF_QUEUE_UNAVAILABLE
   */
  async start(): Promise<void> {
    const { queue, onError } = this.#deps;
    const { concurrency, sweepMs } = this.#options;
    this.#worker ??= queue.work((tenantId, signal) => takeTurn(this.#deps, this.#options, tenantId, signal), {
      concurrency,
      ...(onError && { onError: (error, tenantId) => onError(error, tenantId) }),
    });
    await this.#worker;
    this.#timer ??= setInterval(() => this.#sweepQuietly(), sweepMs).unref();
    this.#sweepQuietly();
  }

  /** Resolves when the turns under way have ended; a batch that was being embedded is embedded again. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await (await this.#worker?.catch(() => undefined))?.close();
    this.#worker = undefined;
    await this.#sweeping;
  }

  /** For the relay: tells the queue whose documents changed. */
  subscriber(): Subscriber {
    return {
      name: 'embedding-pipeline',
      handle: async (events) => {
        const told = events.filter(
          ({ entity, operation }) => entity === DOCUMENTS_ENTITY && operation !== 'delete',
        );
        await this.announce([...new Set(told.map(({ tenantId }) => tenantId))]);
      },
      onError: (error) => this.#deps.onError?.(error, undefined),
    };
  }

  /** Those of the tenants that have work get a turn. @throws AQF_QUEUE_UNAVAILABLE */
  async announce(tenantIds: readonly string[]): Promise<void> {
    if (tenantIds.length === 0) return;
    const rows = await this.#ask<Tenant>({ text: queries.WHICH_HAVE_WORK, values: [tenantIds] });
    await this.#deps.queue.announce(rows.map(({ tenantId }) => tenantId));
  }

  /**
   * Announces every tenant with work that is due, whatever the queue knows of. Resolves to how many there were.
   * @param depth `chunks` looks for chunks without vectors whose documents are not flagged, too: a look at everything
   * @throws AQF_QUEUE_UNAVAILABLE
   */
  async sweep(depth: 'flags' | 'chunks' = 'flags'): Promise<number> {
    if (depth === 'chunks') {
      const tenants = await this.#ask<Tenant>({ text: queries.TENANTS_WITH_SPACES });
      for (const { tenantId } of tenants)
        await this.#ask({ text: queries.EXPIRE_UNEMBEDDED, values: [tenantId] });
    }
    const rows = await this.#ask<Tenant>({ text: queries.TENANTS_WITH_WORK });
    await this.#deps.queue.announce(rows.map(({ tenantId }) => tenantId));
    return rows.length;
  }

  backlog(): Promise<EmbeddingBacklog> {
    return readBacklog(this.#deps.relational);
  }

  /** The latest first. */
  async failures({
    tenantId,
    which = 'dead',
    limit = 100,
  }: FailureSelection = {}): Promise<EmbeddingFailure[]> {
    const values = [tenantId ?? null, which, limit];
    return this.#ask<EmbeddingFailure & Row>({ text: queries.FAILURES, values });
  }

  /**
   * Tries documents that failed again, at once and with all their attempts: one, those of a tenant, or all. Resolves to
   * how many. @throws AQF_QUEUE_UNAVAILABLE, though they are tried again then, too: at the next sweep
   */
  async requeue(
    selection: { readonly tenantId?: string; readonly documentId?: string } = {},
  ): Promise<number> {
    const values = [selection.tenantId ?? null, selection.documentId ?? null];
    const rows = await this.#ask<Tenant>({ text: queries.FORGET_FAILURES, values });
    await this.#deps.queue.announce([...new Set(rows.map(({ tenantId }) => tenantId))]);
    return rows.length;
  }

  #sweepQuietly(): void {
    if (this.#sweeping) return;
    const depth = ++this.#sweeps % SWEEPS_A_DEEP_ONE === 0 ? 'chunks' : 'flags';
    this.#sweeping = this.sweep(depth)
      .catch((error: unknown) => this.#deps.onError?.(error, undefined))
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async #ask<R extends Row>(statement: Statement): Promise<R[]> {
    return (await this.#deps.relational.query<R>(SYSTEM, statement)).rows;
  }
}

interface Tenant extends Row {
  readonly tenantId: string;
}

import { DelayedError, type Job, type JobsOptions, type Queue, type Worker } from 'bullmq';
import { AquiferError } from '../errors/index.js';
import { answered } from './failures.js';
import type { QueueSettings } from './settings.js';
import type {
  FailedTurn,
  QueueFigures,
  Turn,
  TurnOutcome,
  TurnQueue,
  TurnWorker,
  WorkOptions,
} from './turn-queue.js';

/** All that a job says: the rest stands in the database. */
export interface TurnJob {
  readonly tenantId: string;
}

type Processor = (job: Job<TurnJob>, token?: string) => Promise<void>;

/** Where BullMQ keeps a queue, and how it is reached. */
export interface QueueBackend {
  readonly kind: TurnQueue['backend'];
  /** For messages: no credentials. */
  readonly place: string;
  openQueue(): Promise<Queue<TurnJob>>;
  openWorker(processor: Processor, concurrency: number): Promise<Worker<TurnJob>>;
  /** Ends what the queue and its workers left open. */
  close(): Promise<void>;
}

const JOB_NAME = 'turn';
const FAILED_KEPT = 1000;
/** The first to open a queue makes its tables. */
const OPENING_TIMEOUT_MS = 120_000;

/** A TurnQueue over BullMQ: one job a tenant at most, by deduplication that remembers what is added during the turn. */
export class BullQueue implements TurnQueue {
  readonly backend: TurnQueue['backend'];
  readonly #backend: QueueBackend;
  readonly #queue: Queue<TurnJob>;
  readonly #settings: QueueSettings;
  readonly #workers = new Set<Worker<TurnJob>>();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  private constructor(backend: QueueBackend, queue: Queue<TurnJob>, settings: QueueSettings) {
    this.backend = backend.kind;
    this.#backend = backend;
    this.#queue = queue;
    this.#settings = settings;
    // BullMQ throws what nobody listens to; who asks the queue is told by the rejection.
    queue.on('error', () => undefined);
  }

  static async open(backend: QueueBackend, settings: QueueSettings): Promise<BullQueue> {
    const queue = await answered(backend.place, () => backend.openQueue(), OPENING_TIMEOUT_MS);
    return new BullQueue(backend, queue, settings);
  }

  async announce(tenantIds: readonly string[]): Promise<void> {
    if (tenantIds.length === 0) return;
    const jobs = [...new Set(tenantIds)].map((tenantId) => ({
      name: JOB_NAME,
      data: { tenantId },
      opts: this.#options(tenantId),
    }));
    await this.#ask(() => this.#queue.addBulk(jobs));
  }

  async work(turn: Turn, { concurrency = 2, onError }: WorkOptions = {}): Promise<TurnWorker> {
    const closing = new AbortController();
    const signal = AbortSignal.any([closing.signal, this.#closing.signal]);
    const process: Processor = async (job, token) => {
      const { tenantId } = job.data;
      await this.#conclude(job, token, await turn(tenantId, signal));
    };
    const worker = await answered(this.#backend.place, () => this.#backend.openWorker(process, concurrency));
    worker.on('error', (error) => onError?.(error, undefined));
    worker.on('failed', (job, error) => onError?.(error, job?.data.tenantId));
    this.#workers.add(worker);
    return {
      close: async () => {
        closing.abort();
        await worker.close();
        this.#workers.delete(worker);
      },
    };
  }

  async figures(): Promise<QueueFigures> {
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
      failed = 0,
    } = await this.#ask(() => this.#queue.getJobCounts('waiting', 'active', 'delayed', 'failed'));
    const [oldest] = await this.#ask(() => this.#queue.getJobs(['waiting'], 0, 0, true));
    const oldestMs = oldest ? Math.max(0, Date.now() - oldest.timestamp) : 0;
    return { waiting, active, delayed, failed, oldestMs };
  }

  async failed(limit = 100): Promise<FailedTurn[]> {
    const jobs = await this.#ask(() => this.#queue.getJobs(['failed'], 0, limit - 1, false));
    return jobs.map((job) => ({
      id: job.id ?? '',
      tenantId: job.data.tenantId,
      reason: job.failedReason ?? '',
      attempts: job.attemptsMade,
      failedAt: new Date(job.finishedOn ?? job.timestamp),
    }));
  }

  /** Announced anew rather than moved, so that there are never two jobs of one tenant. */
  async retry(id?: string): Promise<number> {
    const jobs = id === undefined ? await this.#allFailed() : [await this.#failedJob(id)];
    await this.announce(jobs.map(({ data }) => data.tenantId));
    for (const job of jobs) await this.#ask(() => job.remove());
    return jobs.length;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#workers].map((worker) => worker.close()));
    await this.#queue.close().catch(() => undefined);
    await this.#backend.close();
  }

  /** What waits behind everyone is a new job, for one that goes back to the queue would come first again. */
  async #conclude(job: Job<TurnJob>, token: string | undefined, outcome: TurnOutcome): Promise<void> {
    if (outcome === 'done') return;
    if (outcome === 'more') {
      await this.#queue.add(JOB_NAME, job.data, this.#options(job.data.tenantId));
      return;
    }
    // PostgreSQL takes whole milliseconds only.
    await job.moveToDelayed(Math.ceil(Date.now() + outcome.waitMs), token);
    throw new DelayedError();
  }

  #allFailed(): Promise<Job<TurnJob>[]> {
    return this.#ask(() => this.#queue.getJobs(['failed'], 0, FAILED_KEPT, false));
  }

  async #failedJob(id: string): Promise<Job<TurnJob>> {
    const job = await this.#ask(() => this.#queue.getJob(id) as Promise<Job<TurnJob> | undefined>);
    if (job && (await this.#ask(() => job.isFailed()))) return job;
    throw new AquiferError('AQF_JOB_NOT_FOUND', `There is no failed turn ${JSON.stringify(id)}.`);
  }

  #options(tenantId: string): JobsOptions {
    return {
      deduplication: { id: tenantId, keepLastIfActive: true },
      attempts: this.#settings.attempts,
      backoff: { type: 'exponential', delay: this.#settings.backoffMs },
      removeOnComplete: true,
      removeOnFail: { count: FAILED_KEPT },
    };
  }

  #ask<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(new AquiferError('AQF_LAYER_CLOSED', 'The queue is closed.'));
    }
    return answered(this.#backend.place, ask);
  }
}

/**
 * How a turn ended: nothing is left; the tenant has more work, and waits behind everyone who waits already; or the tenant
 * is not to be served for so many milliseconds.
 */
export type TurnOutcome = 'done' | 'more' | { readonly waitMs: number };

/**
 * A bounded piece of work for one tenant, a few seconds of it. It may be begun again after a crash, so it must bear a
 * repetition. When it rejects it is tried again with waits that double, until the attempts are over.
 * @param signal aborts when the queue is closing: what is under way is to be brought to an end
 */
export type Turn = (tenantId: string, signal: AbortSignal) => Promise<TurnOutcome>;

export interface WorkOptions {
  /** Tenants served at once by this process. @default 2 */
  readonly concurrency?: number;
  /** Told of every turn that rejected, and of every failure of the queue itself. */
  readonly onError?: (error: unknown, tenantId: string | undefined) => void;
}

/** What waits in the queue. It counts tenants, not what they have to do. */
export interface QueueFigures {
  readonly waiting: number;
  readonly active: number;
  /** Told to wait, or between two attempts. */
  readonly delayed: number;
  /** Whose attempts are over. */
  readonly failed: number;
  /** Milliseconds since the tenant that waits longest began to; 0 when none waits. */
  readonly oldestMs: number;
}

export interface FailedTurn {
  readonly id: string;
  readonly tenantId: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** Serves tenants in turn. */
export interface TurnWorker {
  /** Takes no more turns; resolves when those under way have ended. */
  close(): Promise<void>;
}

/**
 * A queue of tenants that have work. It holds each at most once and serves them in the order they came, so a tenant with
 * ten thousand documents holds back another's first by one turn only. What the work is stands in the database: a queue
 * that has lost everything is whole again when the tenants with work are announced again.
 */
export interface TurnQueue {
  readonly backend: 'redis' | 'postgres';
  /** These tenants have work. One that waits already keeps its place. @throws AQF_QUEUE_UNAVAILABLE */
  announce(tenantIds: readonly string[]): Promise<void>;
  /** Begins to take turns, here and in every process that calls it. @throws AQF_QUEUE_UNAVAILABLE */
  work(turn: Turn, options?: WorkOptions): Promise<TurnWorker>;
  /** @throws AQF_QUEUE_UNAVAILABLE */
  figures(): Promise<QueueFigures>;
  /** The latest first. @throws AQF_QUEUE_UNAVAILABLE */
  failed(limit?: number): Promise<FailedTurn[]>;
  /** Puts failed turns back in the queue: one, or all. @throws AQF_JOB_NOT_FOUND, AQF_QUEUE_UNAVAILABLE */
  retry(id?: string): Promise<number>;
  /** Closes the workers too, each after the turns under way. */
  close(): Promise<void>;
}

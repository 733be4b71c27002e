import type { RelationalProvider } from '../relational/index.js';

/** One write that is handed to `flush`: the newest of its key. */
export interface WriteBehindItem<V> {
  readonly tenantId: string;
  readonly key: string;
  readonly value: V;
  /** Ascends with the writes of a key. A destination that remembers it can tell an old value that arrives late. */
  readonly sequence: number;
  /** Who put it, as the scope named them. */
  readonly actorId: string | undefined;
}

export interface FlushContext {
  /** Aborts when the time is over. What is flushed after that may overtake what another process flushes then. */
  readonly signal: AbortSignal;
}

export interface WriteBehindOptions<V> {
  readonly relational: RelationalProvider;
  /** Names the queue in the database: processes that give the same name share it. Letters, digits and `. _ -`. */
  readonly name: string;
  /**
   * Writes items, at most one a key, to where they belong: at least once, and in the order of each key. When it
   * rejects, all of them count as not written. A rejection with an AquiferError of status 503 says that the
   * destination is away: it is tried again for as long as that takes, and counts against no item.
   */
  flush(items: WriteBehindItem<V>[], context: FlushContext): Promise<void>;
  /** Milliseconds without a further write of the key after which it is flushed. @default 500 */
  readonly waitMs?: number;
  /** Milliseconds after which it is flushed however often it is written. @default 5000 */
  readonly maxWaitMs?: number;
  /** Items handed to `flush` at once; as many waiting ones are flushed before they are due. @default 100 */
  readonly batch?: number;
  /** Keys of one tenant that may wait, about: what other processes put is counted once a second. @default 10000 */
  readonly maxPending?: number;
  /** Milliseconds that a put waits for room above that. @default 5000 */
  readonly fullWaitMs?: number;
  /** Failures of one item after which it is a dead letter. @default 8 */
  readonly attempts?: number;
  /** Milliseconds before the second attempt at an item; doubled with each further one, and spread. @default 1000 */
  readonly backoffMs?: number;
  /** @default 60000 */
  readonly maxBackoffMs?: number;
  /** Milliseconds that one `flush` may take. What a process was flushing when it died waits a little longer. @default 10000 */
  readonly flushTimeoutMs?: number;
  /** Milliseconds between two looks for what other processes left. @default 1000 */
  readonly pollMs?: number;
  /** Milliseconds that `close()` goes on flushing, 0 for not at all; the rest stays in the journal. @default 10000 */
  readonly closeTimeoutMs?: number;
  /** Told of every rejection of `flush`, and of every failure to reach the database. */
  onError?(error: unknown): void;
}

/** A write that was given up. */
export interface DeadLetter<V> extends WriteBehindItem<V> {
  readonly attempts: number;
  /** The message of the last failure. */
  readonly reason: string;
  readonly deadAt: Date;
}

export interface WriteBehindFigures {
  /** Keys that wait, of all tenants. */
  readonly pending: number;
  /** Milliseconds since the oldest of them was put; 0 when none waits. */
  readonly oldestMs: number;
  /** Dead letters. */
  readonly dead: number;
  /** Items that this process has flushed. */
  readonly flushed: number;
  /** Failures of single items in this process after which they were tried again. */
  readonly retried: number;
  /** Items that became dead letters in this process. */
  readonly givenUp: number;
}

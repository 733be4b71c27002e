import { AquiferError } from '../errors/index.js';
import type { JsonValue, RelationalProvider, TenantContext } from '../relational/index.js';
import { contextOf } from './claim.js';
import { DeadLetters } from './dead-letters.js';
import { Flusher } from './flusher.js';
import { Intake } from './intake.js';
import { Journal } from './journal.js';
import { checkOptions, type QueueSettings } from './options.js';
import { FIGURES } from './queries.js';
import { TenantQueue } from './tenant-queue.js';
import type { WriteBehindFigures, WriteBehindOptions } from './types.js';
import type { Write } from './write.js';

/**
 * A queue of writes that reach their destination a little later: debounced, the last one of a key standing for all,
 * kept in a journal of the database until they are flushed. Every process that opens the queue flushes its share, and
 * takes over what one that died has left.
 */
export class WriteBehind<V = JsonValue> {
  /** Writes of all tenants that were given up: for the operator. */
  readonly deadLetters: DeadLetters<V>;
  readonly #relational: RelationalProvider;
  readonly #settings: QueueSettings;
  readonly #journal: Journal;
  readonly #intake: Intake;
  readonly #flusher: Flusher<V>;
  readonly #tally = { flushed: 0, retried: 0, givenUp: 0 };
  #closed: Promise<void> | undefined;

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(options: WriteBehindOptions<V>) {
    this.#settings = checkOptions(options);
    this.#relational = options.relational;
    this.#journal = new Journal(this.#relational, this.#settings);
    this.#intake = new Intake(this.#journal, this.#settings, (added) => this.#flusher.put(added));
    this.#flusher = this.#makeFlusher(options);
    this.deadLetters = this.#deadLettersOf(contextOf(this.#settings));
  }

  get name(): string {
    return this.#settings.name;
  }

  /** The queue as one tenant uses it. */
  forTenant(context: TenantContext): TenantQueue<V> {
    const put = (tenantId: string, write: Write) => this.#put(tenantId, write);
    const deadLetters = this.#deadLettersOf(context);
    return new TenantQueue<V>({ journal: this.#journal, put, deadLetters }, context);
  }

  /** Flushes what waits now, due or not, except what failed and waits for its next attempt. */
  async flush(): Promise<void> {
    await this.#flusher.drain(new AbortController().signal);
  }

  async figures(): Promise<WriteBehindFigures> {
    const statement = { ...FIGURES, values: [this.#settings.name] };
    type Waiting = { pending: number; dead: number; oldestMs: number };
    const { rows } = await this.#relational.query<Waiting>(contextOf(this.#settings), statement);
    return { pending: 0, dead: 0, oldestMs: 0, ...rows[0], ...this.#tally };
  }

  /** Takes no more writes and flushes those that wait, for at most `closeTimeoutMs`; the rest stays in the journal. */
  close(): Promise<void> {
    this.#closed ??= this.#intake.close().then(() => this.#flusher.close());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #put(tenantId: string, write: Write): Promise<void> {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', `The queue "${this.name}" is closed.`);
    await this.#intake.put(tenantId, write);
  }

  #deadLettersOf(context: ConstructorParameters<typeof DeadLetters>[1]): DeadLetters<V> {
    return new DeadLetters<V>(this.#relational, context, this.name, () => this.#flusher.hint());
  }

  #makeFlusher(options: WriteBehindOptions<V>): Flusher<V> {
    return new Flusher<V>(options.relational, {
      settings: this.#settings,
      flush: (items, context) => options.flush(items, context),
      flushed: (items) => {
        this.#tally.flushed += items.length;
        for (const { tenantId } of items) this.#intake.removed(tenantId, 1);
      },
      failed: ({ dead }, { tenantId }) => {
        this.#tally[dead ? 'givenUp' : 'retried']++;
        if (dead) this.#intake.removed(tenantId, 1);
      },
      report: (error) => tell(options, error),
    });
  }
}

/** Opens a queue and begins to flush it. @throws AQF_ARGUMENT_INVALID */
export function createWriteBehind<V = JsonValue>(options: WriteBehindOptions<V>): WriteBehind<V> {
  return new WriteBehind<V>(options);
}

/** Who is told of a failure may fail too; flushing goes on. */
function tell<V>(options: WriteBehindOptions<V>, error: unknown): void {
  try {
    options.onError?.(error);
  } catch {
    // It was told; there is nobody else to tell.
  }
}

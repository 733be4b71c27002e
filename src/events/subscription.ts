import { isAquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { Wake } from '../wake/index.js';
import { Delivery } from './delivery.js';
import type { Subscriber } from './subscriber.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;

export interface SubscriptionOptions {
  readonly batch: number;
  /** Milliseconds between two looks when nothing hints; also how soon a take-over is tried. */
  readonly pollMs: number;
}

/** Delivers to one subscriber while this process holds its lock, and waits for the lock while it does not. */
export class Subscription {
  readonly #relational: RelationalProvider;
  readonly #subscriber: Subscriber;
  readonly #options: SubscriptionOptions;
  readonly #stopping = new AbortController();
  readonly #wake = new Wake();
  readonly #ended: Promise<void>;
  #active = false;
  #failures = 0;

  constructor(relational: RelationalProvider, subscriber: Subscriber, options: SubscriptionOptions) {
    this.#relational = relational;
    this.#subscriber = subscriber;
    this.#options = options;
    this.#ended = this.#run();
  }

  get name(): string {
    return this.#subscriber.name;
  }

  /** Whether this process is the one that delivers. */
  get active(): boolean {
    return this.#active;
  }

  /** Something was committed, perhaps. */
  hint(): void {
    this.#wake.ring();
  }

  /** Resolves when the batch under way was handled. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#relational.exclusively(`relay ${this.name}`, (lost) =>
          this.#deliver(AbortSignal.any([signal, lost])),
        );
        if (!signal.aborted) await this.#wake.wait(this.#options.pollMs, signal);
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    this.#active = true;
    try {
      const delivery = new Delivery(this.#relational, this.name, this.#options.batch);
      await delivery.begin();
      while (!signal.aborted) {
        const events = await delivery.next();
        if (events.length === 0) await this.#wake.wait(this.#options.pollMs, signal);
        else await this.#hand(delivery, events, signal);
      }
    } finally {
      this.#active = false;
    }
  }

  async #hand(delivery: Delivery, events: Awaited<ReturnType<Delivery['next']>>, signal: AbortSignal) {
    await this.#subscriber.handle(events, signal);
    await delivery.handled(events);
    this.#failures = 0;
  }

  /** Who is told of a failure may fail too; delivery goes on. */
  #report(error: unknown): void {
    try {
      this.#subscriber.onError?.(error);
    } catch {
      // It was told; there is nobody else to tell.
    }
  }

  /** The lock is free meanwhile: where another process can deliver, it does. */
  async #failed(error: unknown): Promise<void> {
    this.#report(error);
    if (isAquiferError(error, 'AQF_LAYER_CLOSED')) this.#stopping.abort();
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures++, LONGEST_WAIT_MS);
    await new Wake().wait(wait, this.#stopping.signal);
  }
}

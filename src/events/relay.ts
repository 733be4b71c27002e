import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import * as queries from './queries.js';
import { checkSubscriber, type Subscriber } from './subscriber.js';
import { Subscription } from './subscription.js';

export interface RelayOptions {
  /**
   * Milliseconds between two looks when no notification comes: notifications are a hint, the table is the truth.
   * @default 1000
   */
  readonly pollMs?: number;
}

export interface SubscriptionLag {
  /** Events committed and not handled. */
  readonly waiting: number;
  /** Milliseconds since the oldest of them was written; 0 when none waits. */
  readonly oldestMs: number;
}

const CONTEXT: SystemContext = { kind: 'system', reason: 'relay' };

/**
 * Feeds subscribers the committed changes of all tenants: in commit order, at least once, from where each was.
 * In one process at a time per subscriber; another takes over when that one ends.
 */
export class Relay {
  readonly #relational: RelationalProvider;
  readonly #pollMs: number;
  readonly #subscriptions = new Map<string, Subscription>();
  #stopListening: Promise<(() => Promise<void>) | undefined> | undefined;
  #closed = false;

  constructor(relational: RelationalProvider, options: RelayOptions = {}) {
    this.#relational = relational;
    this.#pollMs = options.pollMs ?? 1000;
  }

  /** Begins to deliver. @throws AQF_ARGUMENT_INVALID for a malformed or a second subscriber of this name */
  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    const { name, from, batch } = checkSubscriber(subscriber);
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The relay is closed.');
    if (this.#subscriptions.has(name)) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', `"${name}" has subscribed already.`);
    }
    await this.#ask(queries.ADD_SUBSCRIPTION, [name, from === 'now']);
    this.#stopListening ??= this.#listen();
    await this.#stopListening;
    const subscription = new Subscription(this.#relational, subscriber, { batch, pollMs: this.#pollMs });
    this.#subscriptions.set(name, subscription);
    return subscription;
  }

  /** Stops delivering and forgets how far the subscriber was, so that its events can be pruned. */
  async unsubscribe(name: string): Promise<void> {
    await this.#subscriptions.get(name)?.stop();
    this.#subscriptions.delete(name);
    await this.#ask(queries.REMOVE_SUBSCRIPTION, [name]);
  }

  async lag(name: string): Promise<SubscriptionLag> {
    const [lag] = await this.#ask<Row & SubscriptionLag>(queries.SUBSCRIPTION_LAG, [name]);
    return lag ?? { waiting: 0, oldestMs: 0 };
  }

  /** Lets the batches under way end. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#subscriptions.values()].map((subscription) => subscription.stop()));
    this.#subscriptions.clear();
    await (await this.#stopListening)?.();
  }

  #listen() {
    return this.#relational.listen('aquifer_changes', () => {
      for (const subscription of this.#subscriptions.values()) subscription.hint();
    });
  }

  async #ask<R extends Row>(text: string, values: unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(CONTEXT, { text, values })).rows;
  }
}

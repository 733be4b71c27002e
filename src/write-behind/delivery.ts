import { isAquiferError, messageOf } from '../errors/index.js';
import { storable } from '../relational/index.js';
import { backoff } from './backoff.js';
import type { Claim, ClaimedItem } from './claim.js';
import type { QueueSettings } from './options.js';
import { TimeLimit } from './time-limit.js';
import type { FlushContext, WriteBehindItem } from './types.js';

const MOST_FAILURES_IN_A_ROW = 20;
const MOST_REASON_CHARACTERS = 1000;

/** What a delivery stands on, and whom it tells. */
export interface DeliveryDependencies<V> {
  readonly settings: QueueSettings;
  flush(items: WriteBehindItem<V>[], context: FlushContext): Promise<void>;
  /** Aborts when what is under way has to end. */
  readonly stopping: AbortSignal;
  flushed(items: readonly WriteBehindItem<V>[]): void;
  failed(outcome: { readonly dead: boolean }, item: WriteBehindItem<V>): void;
  report(error: unknown): void;
}

/**
 * Hands the items of one claim to `flush`. A batch that fails is halved until the items that cannot be written are
 * found, so that they hold up none of the others; where nothing works at all, it is left for later.
 */
export class Delivery<V> {
  readonly #deps: DeliveryDependencies<V>;
  readonly #claim: Claim<V>;
  #failuresInARow = 0;
  #isAway = false;

  constructor(deps: DeliveryDependencies<V>, claim: Claim<V>) {
    this.#deps = deps;
    this.#claim = claim;
  }

  /** Resolves to whether the destination took or judged every item; false says that it seems to be away. */
  async run(): Promise<boolean> {
    await this.#deliver(this.#claim.items);
    return !this.#isAway;
  }

  async #deliver(items: readonly ClaimedItem<V>[]): Promise<void> {
    if (items.length === 0) return;
    if (this.#isAway) return this.#claim.release(items);
    try {
      await this.#flush(items);
    } catch (error) {
      return this.#failed(items, error);
    }
    this.#failuresInARow = 0;
    await this.#claim.finish(items);
    this.#deps.flushed(items);
  }

  async #failed(items: readonly ClaimedItem<V>[], error: unknown): Promise<void> {
    this.#deps.report(error);
    this.#failuresInARow++;
    this.#isAway = this.#meansAway(error) || this.#failuresInARow >= MOST_FAILURES_IN_A_ROW;
    const [first] = items;
    if (items.length === 1 && first && !this.#meansAway(error)) return this.#fail(first, error);
    if (this.#isAway) return this.#claim.release(items);
    const middle = Math.ceil(items.length / 2);
    for (const half of [items.slice(0, middle), items.slice(middle)]) {
      await this.#deliver(await this.#claim.renew(half));
    }
  }

  async #fail(item: ClaimedItem<V>, error: unknown): Promise<void> {
    const { backoffMs, maxBackoffMs } = this.#deps.settings;
    const wait = backoff(item.attempts + 1, backoffMs, maxBackoffMs);
    const reason = storable(messageOf(error)).slice(0, MOST_REASON_CHARACTERS);
    this.#deps.failed({ dead: await this.#claim.fail(item, reason, wait) }, item);
  }

  /** What does not end in its time has failed, whether it ends or not. */
  async #flush(items: readonly ClaimedItem<V>[]): Promise<void> {
    const { settings, stopping, flush } = this.#deps;
    const limit = new TimeLimit(settings.flushTimeoutMs, stopping);
    try {
      const given = items.map(withoutAttempts);
      await Promise.race([limit.over, flush(given, { signal: limit.signal })]);
    } finally {
      limit.lift();
    }
  }

  #meansAway(error: unknown): boolean {
    return this.#deps.stopping.aborted || (isAquiferError(error) && error.status === 503);
  }
}

function withoutAttempts<V>({ attempts: _, ...item }: ClaimedItem<V>): WriteBehindItem<V> {
  return item;
}

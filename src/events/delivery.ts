import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import { type ChangeEvent, type ChangeRow, toChangeEvent } from './change-event.js';
import * as queries from './queries.js';

/** One subscriber's place in the ledger: fetches what comes next, and moves on when it was handled. */
export class Delivery {
  readonly #relational: RelationalProvider;
  readonly #context: SystemContext;
  readonly #name: string;
  readonly #batch: number;
  #handled: string | undefined;

  constructor(relational: RelationalProvider, name: string, batch: number) {
    this.#relational = relational;
    this.#context = { kind: 'system', reason: `relay ${name}` };
    this.#name = name;
    this.#batch = batch;
  }

  /** Remembers how much was handled before, so that nobody else can move the place unnoticed. */
  async begin(): Promise<void> {
    const [row] = await this.#ask<{ handled: string }>(queries.HANDLED_SO_FAR, [this.#name]);
    if (!row)
      throw new AquiferError('AQF_SUBSCRIPTION_LOST', `There is no subscription "${this.#name}" any more.`);
    this.#handled = row.handled;
  }

  async next(): Promise<ChangeEvent[]> {
    const rows = await this.#ask<ChangeRow>(queries.NEXT_CHANGES, [this.#name, this.#batch]);
    return rows.map(toChangeEvent);
  }

  async handled(events: readonly ChangeEvent[]): Promise<void> {
    const last = events.at(-1);
    if (!last) return;
    const params = [this.#name, this.#handled, last.id, events.length];
    const [row] = await this.#ask<{ moved: boolean | null }>(queries.CHANGES_HANDLED, params);
    if (!row?.moved) {
      throw new AquiferError('AQF_SUBSCRIPTION_LOST', `Another process has taken over "${this.#name}".`);
    }
    this.#handled = String(BigInt(this.#handled ?? 0) + BigInt(events.length));
  }

  async #ask<R extends Row>(text: string, values: unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(this.#context, { text, values })).rows;
  }
}

import { randomUUID } from 'node:crypto';
import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import type { QueueSettings } from './options.js';
import * as queries from './queries.js';
import type { WriteBehindItem } from './types.js';

/** What a claim lasts longer than a flush may take: time to say how it went. */
const SLACK_MS = 5000;

type ClaimedRow = Row & Omit<WriteBehindItem<unknown>, 'actorId'> & ClaimedFacts;
interface ClaimedFacts {
  readonly value: string;
  readonly actorId: string | null;
  readonly attempts: number;
}

/** An item that this process alone may flush for a while. */
export interface ClaimedItem<V> extends WriteBehindItem<V> {
  /** Failures so far. */
  readonly attempts: number;
}

interface Place extends Row {
  readonly tenantId: string;
  readonly key: string;
}

/** Rows of the journal that this process has taken, and what becomes of them. Across tenants. */
export class Claim<V> {
  readonly items: readonly ClaimedItem<V>[];
  readonly #relational: RelationalProvider;
  readonly #settings: QueueSettings;
  readonly #id: string;

  /** Takes the oldest items that are due, or, `early`, that have not failed yet; of nobody else's claim. */
  static async take<V>(
    relational: RelationalProvider,
    settings: QueueSettings,
    { early }: { readonly early: boolean },
  ): Promise<Claim<V>> {
    const id = randomUUID();
    const values = [settings.name, early, settings.batch, id, settings.flushTimeoutMs + SLACK_MS];
    const statement = { ...queries.CLAIM, values };
    const { rows } = await relational.query<ClaimedRow>(contextOf(settings), statement);
    return new Claim<V>(relational, settings, id, rows.map(toItem<V>).sort(bySequence));
  }

  private constructor(
    relational: RelationalProvider,
    settings: QueueSettings,
    id: string,
    items: readonly ClaimedItem<V>[],
  ) {
    this.#relational = relational;
    this.#settings = settings;
    this.#id = id;
    this.items = items;
  }

  /** Removes what was flushed. What was written anew meanwhile stays, and can be claimed again. */
  async finish(items: readonly ClaimedItem<V>[]): Promise<void> {
    const removed = await this.#ask<Place>(queries.FINISH, items, []);
    if (removed.length < items.length) await this.release(items);
  }

  async release(items: readonly ClaimedItem<V>[]): Promise<void> {
    if (items.length === 0) return;
    await this.#ask(queries.RELEASE, items, [this.#settings.waitMs, this.#settings.maxWaitMs]);
  }

  /** Those of the items that are still this claim's, which is good for another flush now. */
  async renew(items: readonly ClaimedItem<V>[]): Promise<ClaimedItem<V>[]> {
    const ours = await this.#ask<Place>(queries.RENEW, items, [this.#settings.flushTimeoutMs + SLACK_MS]);
    const places = new Set(ours.map(placeOf));
    return items.filter((item) => places.has(placeOf(item)));
  }

  /** Counts a failure of one item, to be tried again after `waitMs`; true when it was the last. */
  async fail(item: ClaimedItem<V>, reason: string, waitMs: number): Promise<boolean> {
    const { name, attempts } = this.#settings;
    const values = [name, this.#id, item.tenantId, item.key, item.sequence, reason, attempts, waitMs];
    const statement = { ...queries.FAIL, values };
    const { rows } = await this.#relational.query<{ dead: boolean }>(contextOf(this.#settings), statement);
    if (!rows[0]) await this.release([item]);
    return rows[0]?.dead ?? false;
  }

  async #ask<R extends Row>(
    query: queries.Named,
    items: readonly ClaimedItem<V>[],
    more: readonly unknown[],
  ): Promise<R[]> {
    const columns = [
      items.map(({ tenantId }) => tenantId),
      items.map(({ key }) => key),
      items.map(({ sequence }) => sequence),
    ];
    const values = [this.#settings.name, this.#id, ...columns, ...more];
    return (await this.#relational.query<R>(contextOf(this.#settings), { ...query, values })).rows;
  }
}

export function contextOf({ name }: QueueSettings): SystemContext {
  return { kind: 'system', reason: `write-behind ${name}` };
}

function toItem<V>(row: ClaimedRow): ClaimedItem<V> {
  return { ...row, value: JSON.parse(row.value) as V, actorId: row.actorId ?? undefined };
}

function bySequence<V>(a: ClaimedItem<V>, b: ClaimedItem<V>): number {
  return a.sequence - b.sequence;
}

function placeOf({ tenantId, key }: Pick<WriteBehindItem<unknown>, 'tenantId' | 'key'>): string {
  return JSON.stringify([tenantId, key]);
}

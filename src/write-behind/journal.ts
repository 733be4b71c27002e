import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import type { QueueSettings } from './options.js';
import * as queries from './queries.js';
import type { Write } from './write.js';

/** What a tenant does with the journal: under its own policies. */
export class Journal {
  readonly #relational: RelationalProvider;
  readonly #settings: QueueSettings;

  constructor(relational: RelationalProvider, settings: QueueSettings) {
    this.#relational = relational;
    this.#settings = settings;
  }

  /**
   * Commits writes of different keys. Resolves to how many keys had none waiting, and, if asked to `count`, to how
   * many waited before, counted up to the limit.
   */
  async write(
    context: TenantContext,
    writes: readonly Write[],
    { count }: { readonly count: boolean },
  ): Promise<{ readonly added: number; readonly before: number | null }> {
    const { name, waitMs, maxWaitMs, maxPending } = this.#settings;
    const columns = [
      writes.map(({ key }) => key),
      writes.map(({ json }) => json),
      writes.map(({ actorId }) => actorId ?? null),
    ];
    const values = [name, ...columns, waitMs, maxWaitMs, count, maxPending];
    const [row] = await this.#ask<{ added: number; before: number | null }>(context, queries.WRITE, values);
    return row ?? { added: 0, before: null };
  }

  /** Keys that wait, counted up to the limit. */
  async count(context: TenantContext): Promise<number> {
    const { name, maxPending } = this.#settings;
    const [row] = await this.#ask<{ pending: number }>(context, queries.COUNT, [name, maxPending]);
    return row?.pending ?? 0;
  }

  /** What waits of these keys, as JSON by key. */
  async read(context: TenantContext, keys: readonly string[]): Promise<Map<string, string>> {
    const values = [this.#settings.name, keys];
    const rows = await this.#ask<{ key: string; value: string }>(context, queries.READ, values);
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  async #ask<R extends Row>(context: TenantContext, query: queries.Named, values: unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(context, { ...query, values })).rows;
  }
}

import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, TransactionContext } from '../relational/index.js';
import * as queries from './queries.js';
import type { DeadLetter } from './types.js';
import { checkKeys } from './write.js';

export interface DeadLetterPage {
  /** Those after this one: the last of the page before. */
  readonly after?: { readonly tenantId: string; readonly key: string };
  /** 1 to 1000. @default 100 */
  readonly limit?: number;
}

const pageSchema = z.strictObject({
  after: z.object({ tenantId: z.string(), key: z.string() }).optional(),
  limit: z.int().min(1).max(1000).default(100),
});

type DeadRow = Row &
  Omit<DeadLetter<unknown>, 'value' | 'actorId'> & {
    readonly value: string;
    readonly actorId: string | null;
  };

/** Writes that were given up: of one tenant, or, reached from the queue itself, of all. */
export class DeadLetters<V> {
  readonly #relational: RelationalProvider;
  readonly #context: TransactionContext;
  readonly #queue: string;
  readonly #requeued: () => void;

  constructor(
    relational: RelationalProvider,
    context: TransactionContext,
    queue: string,
    requeued: () => void,
  ) {
    this.#relational = relational;
    this.#context = context;
    this.#queue = queue;
    this.#requeued = requeued;
  }

  /** By tenant and key. @throws AQF_ARGUMENT_INVALID */
  async list(page: DeadLetterPage = {}): Promise<DeadLetter<V>[]> {
    const { after, limit } = checkPage(page);
    const values = [this.#queue, after?.tenantId ?? null, after?.key ?? null, limit];
    const statement = { ...queries.LIST_DEAD, values };
    const { rows } = await this.#relational.query<DeadRow>(this.#context, statement);
    return rows.map((row) => ({
      ...row,
      value: JSON.parse(row.value) as V,
      actorId: row.actorId ?? undefined,
    }));
  }

  /** Lets them be tried anew, all or those of some keys; how many. */
  async requeue(keys?: readonly string[]): Promise<number> {
    const requeued = await this.#write(queries.REQUEUE_DEAD, keys);
    this.#requeued();
    return requeued;
  }

  /** Removes them for good, all or those of some keys; how many. */
  async discard(keys?: readonly string[]): Promise<number> {
    return this.#write(queries.DISCARD_DEAD, keys);
  }

  async #write(query: queries.Named, keys: readonly string[] | undefined): Promise<number> {
    const values = [this.#queue, keys === undefined ? null : checkKeys(keys)];
    return (await this.#relational.query(this.#context, { ...query, values })).affected;
  }
}

function checkPage(page: DeadLetterPage): z.infer<typeof pageSchema> {
  const parsed = pageSchema.safeParse(page);
  if (parsed.success) return parsed.data;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `Dead letters cannot be listed like this: ${z.prettifyError(parsed.error)}`,
  );
}

import { DrizzleQueryError } from 'drizzle-orm/errors';
import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import { isAquiferError } from '../errors/index.js';
import type { Queryable, RawResult, TransactionOptions } from '../relational/index.js';

/** Drizzle with the transactions of the session: within one it is a savepoint. */
export type ScopedDrizzle = Omit<PgRemoteDatabase, 'transaction'> & {
  transaction<T>(work: (tx: ScopedDrizzle) => Promise<T>, options?: TransactionOptions): Promise<T>;
};

/** What the handle is bound to. */
interface Host extends Queryable {
  transaction<T>(
    work: (inner: { readonly drizzle: ScopedDrizzle }) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
}

export function scopedDrizzle(host: Host): ScopedDrizzle {
  const database = drizzle(async (text, values, method) => {
    const result = await host.queryRaw({ text, values });
    return { rows: method === 'execute' ? asObjects(result) : result.rows };
  });
  const transaction: ScopedDrizzle['transaction'] = (work, options) =>
    host.transaction((inner) => work(inner.drizzle), options);
  return Object.assign(database as Omit<PgRemoteDatabase, 'transaction'>, { transaction });
}

/** Drizzle wraps what a statement throws; callers and retries want the DatabaseError within. */
export function unwrapped(error: unknown): never {
  throw error instanceof DrizzleQueryError && isAquiferError(error.cause) ? error.cause : error;
}

function asObjects({ rows, fields }: RawResult): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(fields.map(({ name }, index) => [name, row[index]])));
}

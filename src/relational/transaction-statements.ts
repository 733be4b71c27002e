import { AquiferError } from '../errors/index.js';
import { DatabaseError } from './errors.js';
import type { TransactionDriver } from './open-transaction.js';

/** The transaction is aborted and the server refuses what follows (SQLSTATE in_failed_sql_transaction). */
const ABORTED = '25P02';

export function isAborted(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlstate === ABORTED;
}

/**
 * The statements of one transaction. Work may forget to await some: they are waited for before the transaction
 * ends, and none is let through afterwards, when the connection already serves another.
 */
export class TransactionStatements {
  readonly #pending = new Set<Promise<unknown>>();
  #failure: unknown;
  #over = false;

  /** The last error of a statement that was not merely the consequence of one before it. */
  get failure(): unknown {
    return this.#failure;
  }

  /** @throws AQF_ARGUMENT_INVALID once the transaction is over */
  run<T>(send: () => Promise<T>): Promise<T> {
    if (this.#over) {
      const message = 'The transaction is over; await its statements within it.';
      return Promise.reject(new AquiferError('AQF_ARGUMENT_INVALID', message));
    }
    const statement = send();
    this.#pending.add(statement);
    statement.then(
      () => this.#pending.delete(statement),
      (error: unknown) => {
        this.#pending.delete(statement);
        if (!isAborted(error)) this.#failure = error;
      },
    );
    return statement;
  }

  guard(driver: TransactionDriver): TransactionDriver {
    const { copyIn } = driver;
    return {
      ...(copyIn && { copyIn: (target, rows) => this.run(() => copyIn.call(driver, target, rows)) }),
      query: (statement) => this.run(() => driver.query(statement)),
      queryRaw: (statement) => this.run(() => driver.queryRaw(statement)),
      execute: (sql) => this.run(() => driver.execute(sql)),
    };
  }

  /** Nothing may follow; never rejects. */
  async settle(): Promise<void> {
    this.#over = true;
    await Promise.allSettled(this.#pending);
  }
}

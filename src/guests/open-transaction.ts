import type { RawResult, Statement, TransactionOptions } from '../relational/index.js';
import type { GuestScope, GuestStatements } from './host.js';

/** What undoes a transaction in which nothing went wrong. */
class Undone extends Error {}

/**
 * A transaction of a scope for a library that begins and ends one by calls, where the scope has it as a function
 * that is run. Nothing is sent to the server before its first statement.
 */
export class GuestTransaction implements GuestStatements {
  readonly #statements: GuestStatements;
  readonly #end: Deferred<void>;
  readonly #outcome: Promise<void>;

  private constructor(statements: GuestStatements, end: Deferred<void>, outcome: Promise<void>) {
    this.#statements = statements;
    this.#end = end;
    this.#outcome = outcome;
  }

  /** @throws what `scope.transaction` throws for want of a connection */
  static async open(scope: GuestScope, options: TransactionOptions): Promise<GuestTransaction> {
    const begin = deferred<GuestStatements>();
    const end = deferred<void>();
    const outcome = scope.transaction((statements) => {
      begin.resolve(statements);
      return end.promise;
    }, options);
    outcome.catch(begin.reject);
    return new GuestTransaction(await begin.promise, end, outcome);
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return this.#statements.queryRaw(statement);
  }

  /** @throws the error of an earlier statement where the server undid the transaction for it; CommitUnknownError */
  commit(): Promise<void> {
    this.#end.resolve();
    return this.#outcome;
  }

  async rollback(): Promise<void> {
    this.#end.reject(new Undone('The transaction was rolled back.'));
    await this.#outcome.catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as Omit<Deferred<T>, 'promise'>) };
}

import { ConnectionLostError } from '../errors.js';
import { asStatement } from '../open-transaction.js';
import type { QueryResult, RawResult, Row, Statement, Transaction } from '../provider.js';

/** One run of some work in a transaction, and what is known of it afterwards. */
export class Attempt<T> {
  readonly #work: (tx: Transaction) => Promise<T>;
  #result: { readonly value: T } | undefined;
  #isAnswered = false;

  constructor(work: (tx: Transaction) => Promise<T>) {
    this.#work = work;
  }

  /** Whether the work has seen nothing of the database yet, so that it may begin anew. */
  get isUntouched(): boolean {
    return !this.#isAnswered;
  }

  /** What the work gave. @throws Error when it did not come that far */
  get value(): T {
    if (!this.#result) throw new Error('the work has no result');
    return this.#result.value;
  }

  readonly run = async (tx: Transaction): Promise<T> => {
    const value = await this.#work(this.#observed(tx));
    this.#result = { value };
    return value;
  };

  #observed(tx: Transaction): Transaction {
    const { copyIn } = tx;
    return {
      ...(copyIn && { copyIn: (target, rows) => this.#noting(copyIn(target, rows)) }),
      query: <R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> =>
        this.#noting(tx.query<R>(asStatement(sql, params))),
      queryRaw: (statement: Statement): Promise<RawResult> => this.#noting(tx.queryRaw(statement)),
      execute: (sql) => this.#noting(tx.execute(sql)),
      savepoint: (work) => tx.savepoint((inner) => work(this.#observed(inner))),
    };
  }

  async #noting<R>(answer: Promise<R>): Promise<R> {
    try {
      const result = await answer;
      this.#isAnswered = true;
      return result;
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) this.#isAnswered = true;
      throw error;
    }
  }
}

import type { TransactionContext } from '../context.js';
import type { CopyTarget } from '../copy/format.js';
import type { QueryResult, RawResult, Row, Statement, Transaction } from '../provider.js';
import { type StatementObserver, watched } from './observed-statement.js';

/** A transaction whose slow statements are told. */
export class ObservedTransaction implements Transaction {
  readonly copyIn?: (target: CopyTarget, rows: AsyncIterable<Uint8Array>) => Promise<number>;
  readonly #inner: Transaction;
  readonly #observer: StatementObserver;
  readonly #context: TransactionContext;

  constructor(inner: Transaction, observer: StatementObserver, context: TransactionContext) {
    this.#inner = inner;
    this.#observer = observer;
    this.#context = context;
    if (inner.copyIn) this.copyIn = inner.copyIn.bind(inner);
  }

  query<R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    const text = typeof sql === 'string' ? sql : sql.text;
    return watched(this.#observer, this.#context, text, this.#inner.query<R>(sql, params));
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return watched(this.#observer, this.#context, statement.text, this.#inner.queryRaw(statement));
  }

  execute(sql: string): Promise<void> {
    return this.#inner.execute(sql);
  }

  savepoint<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#inner.savepoint((tx) => work(new ObservedTransaction(tx, this.#observer, this.#context)));
  }
}

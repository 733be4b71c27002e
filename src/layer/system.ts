import {
  checkedTransactionOptions,
  type QueryResult,
  type RelationalProvider,
  type Row,
  type Statement,
  type SystemContext,
  type Transaction,
  type TransactionOptions,
} from '../relational/index.js';

/** Work across tenants. Every transaction of it is recorded in the audit, with its reason. */
export class System {
  readonly #relational: RelationalProvider;
  readonly #context: SystemContext;

  constructor(relational: RelationalProvider, context: SystemContext) {
    this.#relational = relational;
    this.#context = context;
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#relational.transaction(
      this.#context,
      async (tx) => {
        await tx.query('select aquifer.audit_system($1)', [this.#context.reason]);
        return work(tx);
      },
      options === undefined ? undefined : checkedTransactionOptions(options),
    );
  }

  query<R extends Row = Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.transaction((tx) => tx.query<R>(sql, params));
  }
}

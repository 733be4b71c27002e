import type { CopyTarget } from './copy/format.js';
import type { QueryResult, RawResult, Row, Statement, Transaction, TransactionOptions } from './provider.js';
import { checkedTransactionOptions } from './transaction-options.js';

/** What a driver must be able to do within an open transaction; the rest of `Transaction` follows from it. */
export interface TransactionDriver {
  query(statement: Statement): Promise<QueryResult<Row>>;
  queryRaw(statement: Statement): Promise<RawResult>;
  /** Several statements in one text, without parameters. */
  execute(sql: string): Promise<void>;
  copyIn?(target: CopyTarget, rows: AsyncIterable<Uint8Array>): Promise<number>;
}

/** The transaction that work is given, over a driver whose transaction is open. */
export class OpenTransaction implements Transaction {
  readonly #driver: TransactionDriver;
  readonly #depth: number;
  readonly copyIn?: (target: CopyTarget, rows: AsyncIterable<Uint8Array>) => Promise<number>;

  constructor(driver: TransactionDriver, depth = 0) {
    this.#driver = driver;
    this.#depth = depth;
    if (driver.copyIn) this.copyIn = driver.copyIn.bind(driver);
  }

  query<R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#driver.query(asStatement(sql, params)) as Promise<QueryResult<R>>;
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return this.#driver.queryRaw(statement);
  }

  execute(sql: string): Promise<void> {
    return this.#driver.execute(sql);
  }

  async savepoint<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const name = `aquifer_${this.#depth + 1}`;
    await this.execute(`savepoint ${name}`);
    try {
      const result = await work(new OpenTransaction(this.#driver, this.#depth + 1));
      await this.execute(`release savepoint ${name}`);
      return result;
    } catch (error) {
      await this.execute(`rollback to savepoint ${name}; release savepoint ${name}`);
      throw error;
    }
  }
}

export function asStatement(sql: string | Statement, params?: readonly unknown[]): Statement {
  if (typeof sql !== 'string') return sql;
  return params === undefined ? { text: sql } : { text: sql, values: params };
}

/** The statement that begins a transaction with these options. */
export function beginStatement(options: TransactionOptions = {}): string {
  const { access, isolation } = checkedTransactionOptions(options);
  const level = isolation === undefined ? '' : ` isolation level ${isolation}`;
  return `begin${level}${access === 'read' ? ' read only' : ''}`;
}

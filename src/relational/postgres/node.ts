import type pg from 'pg';
import { OWNER, type TransactionContext } from '../context.js';
import { connectionLost, toDatabaseError } from '../errors.js';
import { measureHealth } from '../health.js';
import { OpenTransaction } from '../open-transaction.js';
import type {
  PoolFigures,
  ProviderHealth,
  QueryOptions,
  QueryResult,
  RawResult,
  RelationalProvider,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from '../provider.js';
import { retrying } from '../retry.js';
import { withAdvisoryLock } from './advisory-lock.js';
import { type Connection, toQueryResult, toRawResult } from './connection.js';
import { ConnectionPool } from './connection-pool.js';
import { DedicatedConnections } from './dedicated.js';
import { endsConnection } from './failures.js';
import type { Group } from './group.js';
import { Listener } from './listener.js';
import { followLog } from './log-position.js';
import { DEFAULTS, type PostgresOptions } from './options.js';
import { readServerAddress } from './server-address.js';
import { ServerTransaction } from './server-transaction.js';
import { localTimeouts, type SessionRules, singleGroup } from './session-rules.js';
import { runSingle } from './single-statement.js';

/**
 * One PostgreSQL server. Nothing is sent before it is used, so it may be down. What a failure means:
 * AQF_DATABASE_UNAVAILABLE and AQF_POOL_EXHAUSTED, nothing was sent; a ConnectionLostError, what was sent is
 * rolled back; a CommitUnknownError, it may have been committed.
 * @throws AQF_CONFIG_INVALID
 */
export function openPostgresNode(options: PostgresOptions): PostgresNode {
  return new PostgresNode(options);
}

export class PostgresNode implements RelationalProvider {
  readonly kind = 'postgres';
  readonly #pool: ConnectionPool;
  readonly #rules: SessionRules;
  readonly #dedicated: DedicatedConnections;
  readonly #listener: Listener | undefined;

  constructor(options: PostgresOptions) {
    const address = readServerAddress(options.url);
    const pgbouncer = options.pgbouncer ?? address.pgbouncer;
    this.#rules = rulesOf(options, pgbouncer);
    const timeouts = pgbouncer ? {} : sessionTimeouts(options);
    this.#pool = new ConnectionPool(options.pool, { ...address.client, ...timeouts, pipeline: true });
    this.#dedicated = new DedicatedConnections({
      ...address.client,
      connectionTimeoutMillis: options.pool.acquireTimeoutMs,
      pipeline: true,
    });
    this.#listener = pgbouncer ? undefined : new Listener(this.#dedicated);
  }

  async query<R extends Row>(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<QueryResult<R>> {
    if (this.#isTracked(options)) return this.transaction(context, (tx) => tx.query<R>(statement));
    return toQueryResult(await this.#single(context, statement, options, 'objects')) as QueryResult<R>;
  }

  async queryRaw(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<RawResult> {
    if (this.#isTracked(options)) return this.transaction(context, (tx) => tx.queryRaw(statement));
    return toRawResult(await this.#single(context, statement, options, 'arrays'));
  }

  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return retrying(options.retries ?? 0, () =>
      this.#pool.exclusively((connection) => this.#attempt(connection, context, work, options)),
    );
  }

  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return withAdvisoryLock(this.#dedicated, name, work);
  }

  async maintain<T>(work: (execute: (sql: string) => Promise<void>) => Promise<T>): Promise<T> {
    const client = await this.#dedicated.connect(() => undefined);
    try {
      return await work(async (sql) => {
        await client.query(sql).catch((error: unknown) => {
          throw endsConnection(error) ? connectionLost(error) : toDatabaseError(error);
        });
      });
    } finally {
      await client.end();
    }
  }

  /** Undefined behind PgBouncer, which gives notifications to no one. */
  async listen(channel: string, heard: (payload: string) => void) {
    return this.#listener?.listen(channel, heard);
  }

  pool(): PoolFigures {
    return this.#pool.figures();
  }

  async isAvailable(): Promise<boolean> {
    return (await this.health()).status === 'up';
  }

  health(): Promise<ProviderHealth> {
    return measureHealth(() => this.query(OWNER, { text: 'select 1' }, { access: 'read' }));
  }

  /** Breaks every connection at once, for a server that has fallen silent; new ones are opened as needed. */
  sever(reason: Error): void {
    this.#pool.sever(reason);
    this.#dedicated.sever();
  }

  async close(): Promise<void> {
    this.#listener?.close();
    await Promise.all([this.#pool.close(), this.#dedicated.close()]);
  }

  #single(
    context: TransactionContext,
    statement: Statement,
    { access = 'write' }: QueryOptions = {},
    rows: Group['rows'],
  ) {
    const group = singleGroup(this.#rules, context, statement, access, rows);
    return this.#pool.share(async (connection) => {
      const answer = runSingle(connection, group);
      const followed = access === 'write' ? followLog(connection, this.#rules, context) : undefined;
      const result = await answer;
      await followed;
      return result;
    });
  }

  /** The marker of a tracked write has to be here before its commit is sent, so it takes a transaction. */
  #isTracked({ access = 'write' }: QueryOptions = {}): boolean {
    return this.#rules.trackCommits && access === 'write';
  }

  async #attempt<T>(
    connection: Connection,
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    const transaction = new ServerTransaction(connection, this.#rules, context, options);
    try {
      const result = await work(new OpenTransaction(transaction));
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }
}

function rulesOf(options: PostgresOptions, pgbouncer: boolean): SessionRules {
  const { namedStatements = 'auto', trackCommits = false } = options;
  const { statement_timeout, idle_in_transaction_session_timeout } = sessionTimeouts(options);
  return {
    named: namedStatements === 'auto' ? !pgbouncer : namedStatements === 'always',
    settings: pgbouncer ? [localTimeouts(statement_timeout, idle_in_transaction_session_timeout)] : [],
    trackCommits,
  };
}

function sessionTimeouts(options: PostgresOptions) {
  return {
    statement_timeout: options.statementTimeoutMs ?? DEFAULTS.statementTimeoutMs,
    idle_in_transaction_session_timeout:
      options.idleInTransactionTimeoutMs ?? DEFAULTS.idleInTransactionTimeoutMs,
  } satisfies pg.ClientConfig;
}

import pg from 'pg';
import { AquiferError, messageOf } from '../../errors/index.js';
import { enterStatement, OWNER, type TransactionContext } from '../context.js';
import { toDatabaseError } from '../errors.js';
import { measureHealth } from '../health.js';
import { beginStatement, OpenTransaction, type TransactionDriver } from '../open-transaction.js';
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

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  readonly pool: {
    readonly min: number;
    readonly max: number;
    /** Milliseconds. */
    readonly idleTimeoutMs: number;
    /** Milliseconds. */
    readonly acquireTimeoutMs: number;
  };
}

/** A PostgreSQL server through node-postgres. @throws AQF_DATABASE_UNAVAILABLE */
export async function openPostgres(options: PostgresOptions): Promise<RelationalProvider> {
  const pool = new pg.Pool({
    connectionString: options.url,
    min: options.pool.min,
    max: options.pool.max,
    idleTimeoutMillis: options.pool.idleTimeoutMs,
    connectionTimeoutMillis: options.pool.acquireTimeoutMs,
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for a connection that breaks between two statements: its next statement fails and tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const provider = new PostgresProvider(pool);
  const health = await provider.health();
  if (health.status === 'up') return provider;
  await provider.close();
  throw new AquiferError('AQF_DATABASE_UNAVAILABLE', `PostgreSQL does not answer: ${health.error}`);
}

class PostgresProvider implements RelationalProvider {
  readonly kind = 'postgres';
  readonly #pool: pg.Pool;
  #closed: Promise<void> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  query<R extends Row>(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<QueryResult<R>> {
    return this.transaction(context, (tx) => tx.query<R>(statement), options);
  }

  queryRaw(context: TransactionContext, statement: Statement, options?: QueryOptions): Promise<RawResult> {
    return this.transaction(context, (tx) => tx.queryRaw(statement), options);
  }

  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return retrying(options.retries ?? 0, () => this.#once(context, work, options));
  }

  async exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return this.transaction(OWNER, async (tx) => {
      const sql = 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked';
      if (!(await tx.query<{ locked: boolean }>(sql, [`aquifer:${name}`])).rows[0]?.locked) return false;
      await work(new AbortController().signal);
      return true;
    });
  }

  async listen(): Promise<undefined> {
    return undefined;
  }

  pool(): PoolFigures {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount, max: this.#pool.options.max };
  }

  async isAvailable(): Promise<boolean> {
    return (await this.health()).status === 'up';
  }

  health(): Promise<ProviderHealth> {
    return measureHealth(() => this.#pool.query('select 1'));
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  async #once<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    const client = await this.#connect();
    const driver = driverOn(client);
    let broken: Error | undefined;
    try {
      await driver.execute(beginStatement(options));
      const enter = enterStatement(context);
      if (enter) await driver.query(enter);
      const result = await work(new OpenTransaction(driver));
      await driver.execute('commit');
      return result;
    } catch (error) {
      // A connection that cannot roll back is in an unknown state and must not serve anyone else.
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
    try {
      return await this.#pool.connect();
    } catch (error) {
      const message = `No connection to PostgreSQL: ${messageOf(error)}`;
      throw new AquiferError('AQF_DATABASE_UNAVAILABLE', message, { cause: error });
    }
  }
}

function driverOn(client: pg.PoolClient): TransactionDriver {
  return {
    query: async (statement) => {
      const { rows, rowCount } = await send<pg.QueryResult<Row>>(client, statement);
      return { rows, affected: rowCount ?? 0 };
    },
    queryRaw: async (statement) => {
      const raw = { ...statement, rowMode: 'array', types: { getTypeParser } };
      const { rows, fields, rowCount } = await send<pg.QueryArrayResult<unknown[]>>(client, raw);
      return { rows, fields, affected: rowCount ?? 0 };
    },
    execute: async (sql) => {
      await send(client, { text: sql });
    },
  };
}

/** Object identifiers of date, timestamp, timestamptz and interval (pg_type.dat), which stay text. */
const TEXT_TYPES = new Set([1082, 1114, 1184, 1186]);

function getTypeParser(type: number, format?: 'text' | 'binary'): unknown {
  return TEXT_TYPES.has(type) ? (text: string) => text : pg.types.getTypeParser(type, format as 'text');
}

async function send<Result>(client: pg.PoolClient, query: Statement): Promise<Result> {
  try {
    return (await client.query({
      ...query,
      values: query.values && [...query.values],
    } as pg.QueryConfig)) as Result;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

import pg from 'pg';
import { AquiferError, messageOf } from '../../errors/index.js';
import { ENTER_TENANT, type TransactionContext, tenantSettings } from '../context.js';
import { toDatabaseError } from '../errors.js';
import type { ProviderHealth, QueryResult, RelationalProvider, Row, Transaction } from '../provider.js';

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

  async transaction<T>(context: TransactionContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let broken: Error | undefined;
    try {
      await begin(client, context);
      const result = await work(transactionOn(client));
      await query(client, 'commit');
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

  async health(): Promise<ProviderHealth> {
    const timestamp = new Date();
    const start = performance.now();
    try {
      await this.#pool.query('select 1');
      return { status: 'up', responseTime: performance.now() - start, timestamp };
    } catch (error) {
      return { status: 'down', responseTime: performance.now() - start, timestamp, error: messageOf(error) };
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
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

async function begin(client: pg.PoolClient, context: TransactionContext): Promise<void> {
  await query(client, 'begin');
  if (context.kind === 'tenant') await query(client, ENTER_TENANT, tenantSettings(context));
}

function transactionOn(client: pg.PoolClient): Transaction {
  return {
    query: (sql, params) => query(client, sql, params),
    execute: async (sql) => {
      await query(client, sql);
    },
  };
}

async function query<R extends Row>(
  client: pg.PoolClient,
  sql: string,
  params?: readonly unknown[],
): Promise<QueryResult<R>> {
  try {
    const { rows, rowCount } = await client.query<R>(sql, params && [...params]);
    return { rows, affected: rowCount ?? 0 };
  } catch (error) {
    throw toDatabaseError(error);
  }
}

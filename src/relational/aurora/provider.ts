import { AquiferError, messageOf } from '../../errors/index.js';
import { OWNER, type TransactionContext } from '../context.js';
import { measureHealth } from '../health.js';
import { OpenTransaction } from '../open-transaction.js';
import type {
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
import { AuroraTransaction } from './aurora-transaction.js';
import { connectDataApi, type DataApi } from './data-api.js';
import { type AuroraOptions, DEFAULTS } from './options.js';
import { ParameterTypes } from './parameter-types.js';

export type { AuroraOptions } from './options.js';

const TRY_LOCK = 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked';

/**
 * Aurora PostgreSQL through the RDS Data API: HTTPS in place of connections, for where there can be none. A
 * cluster that is paused is waited for.
 * @throws AQF_DATABASE_UNAVAILABLE, AQF_PEER_MISSING
 */
export async function openAurora(options: AuroraOptions): Promise<RelationalProvider> {
  const provider = new AuroraProvider(await connectDataApi(options), options);
  try {
    await provider.query(OWNER, { text: 'select 1' }, { access: 'read' });
    return provider;
  } catch (error) {
    await provider.close();
    const message = `Aurora does not answer: ${messageOf(error)}`;
    throw new AquiferError('AQF_DATABASE_UNAVAILABLE', message, { cause: error });
  }
}

class AuroraProvider implements RelationalProvider {
  readonly kind = 'aurora';
  readonly #api: DataApi;
  readonly #keepAliveMs: number;
  readonly #types = new ParameterTypes();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #locks = new Set<AbortController>();
  #closed: Promise<void> | undefined;

  constructor(api: DataApi, { keepAliveMs = DEFAULTS.keepAliveMs }: AuroraOptions) {
    this.#api = api;
    this.#keepAliveMs = keepAliveMs;
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
    return retrying(options.retries ?? 0, () => this.#track(() => this.#attempt(context, work, options)));
  }

  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return this.#track(async () => {
      const holder = new AuroraTransaction(this.#api, this.#types, OWNER, {});
      const lock = new AbortController();
      this.#locks.add(lock);
      try {
        const { rows } = await holder.query({ text: TRY_LOCK, values: [`aquifer:${name}`] });
        if (!rows[0]?.locked) return false;
        await this.#keepingAlive(holder, lock, work);
        return true;
      } finally {
        this.#locks.delete(lock);
        await holder.rollback();
      }
    });
  }

  /** The Data API has no notifications. */
  async listen(): Promise<undefined> {
    return undefined;
  }

  pool(): undefined {
    return undefined;
  }

  async isAvailable(): Promise<boolean> {
    return (await this.health()).status === 'up';
  }

  /** One call, which does not wait for a paused cluster. */
  health(): Promise<ProviderHealth> {
    return measureHealth(async () => {
      if (this.#closed) throw closedError();
      await this.#api.execute('select 1');
    });
  }

  /** Waits for the transactions that are open, and tells the holders of locks to end. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#api.stopWaiting();
    for (const lock of this.#locks) lock.abort();
    await Promise.allSettled(this.#underWay);
    this.#api.destroy();
  }

  async #attempt<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions,
  ): Promise<T> {
    const transaction = new AuroraTransaction(this.#api, this.#types, context, options);
    try {
      const result = await work(new OpenTransaction(transaction));
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  async #keepingAlive(
    holder: AuroraTransaction,
    lock: AbortController,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const timer = setInterval(() => {
      holder.query({ text: 'select 1' }).catch(() => lock.abort());
    }, this.#keepAliveMs);
    timer.unref();
    try {
      await work(lock.signal);
    } finally {
      clearInterval(timer);
    }
  }

  #track<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    const running = task();
    this.#underWay.add(running);
    const forget = () => this.#underWay.delete(running);
    running.then(forget, forget);
    return running;
  }
}

function closedError(): AquiferError {
  return new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
}

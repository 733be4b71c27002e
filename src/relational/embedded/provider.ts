import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import { ThreadHost, threadEntry } from '../../threads/index.js';
import { ENTER_TENANT, type TransactionContext, tenantSettings } from '../context.js';
import { toDatabaseError } from '../errors.js';
import { Mutex } from '../mutex.js';
import type { ProviderHealth, QueryResult, RelationalProvider, Row, Transaction } from '../provider.js';
import { holdsDatabase } from './data-folder.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { Housekeeping } from './housekeeping.js';
import type { DatabaseThread } from './thread.js';

export interface EmbeddedOptions {
  /** Folder of the database and its lock; made when absent. */
  readonly dataDir: string;
}

/**
 * PGlite, a whole PostgreSQL in WebAssembly, in a thread of its own: it computes on the thread that
 * calls it, and an exact vector scan would hold up the caller's event loop for 100 ms.
 * @throws AQF_DATABASE_LOCKED, AQF_DATABASE_UNAVAILABLE
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<RelationalProvider> {
  const lock = await lockFolder(options.dataDir).catch((error: unknown) => {
    throw unavailable(options.dataDir, error);
  });
  try {
    if (!holdsDatabase(options.dataDir)) await initialise(options);
    return new EmbeddedProvider(await open(options), lock);
  } catch (error) {
    await lock.release();
    throw unavailable(options.dataDir, error);
  }
}

/** In a thread of its own, which gives back some 300 MB of memory when it ends. */
async function initialise(options: EmbeddedOptions): Promise<void> {
  const thread = startThread(options);
  await thread.call('initialise', []).finally(() => thread.terminate());
}

async function open(options: EmbeddedOptions): Promise<ThreadHost<DatabaseThread>> {
  const thread = startThread(options);
  try {
    await thread.call('open', []);
    return thread;
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

function startThread({ dataDir }: EmbeddedOptions): ThreadHost<DatabaseThread> {
  const entry = threadEntry(import.meta.url, './thread.js');
  return new ThreadHost<DatabaseThread>(entry, { name: 'embedded database', workerData: { dataDir } });
}

class EmbeddedProvider implements RelationalProvider {
  readonly kind = 'embedded';
  readonly #thread: ThreadHost<DatabaseThread>;
  readonly #lock: FolderLock;
  /** The embedded database has one session: a transaction holds it from BEGIN to COMMIT. */
  readonly #session = new Mutex();
  readonly #housekeeping = new Housekeeping();
  #closed: Promise<void> | undefined;

  constructor(thread: ThreadHost<DatabaseThread>, lock: FolderLock) {
    this.#thread = thread;
    this.#lock = lock;
  }

  transaction<T>(context: TransactionContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#exclusively(async () => {
      try {
        await this.#begin(context);
        const result = await work({
          query: (sql, params) => this.#query(sql, params),
          execute: (sql) => this.#execute(sql),
        });
        await this.#query('commit');
        if (this.#housekeeping.takeDue()) this.#cleanSoon();
        return result;
      } catch (error) {
        await this.#execute('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  async health(): Promise<ProviderHealth> {
    const timestamp = new Date();
    const start = performance.now();
    try {
      await this.#exclusively(() => this.#query('select 1'));
      return { status: 'up', responseTime: performance.now() - start, timestamp };
    } catch (error) {
      return { status: 'down', responseTime: performance.now() - start, timestamp, error: messageOf(error) };
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#session.run(async () => {
      await this.#thread.call('close', []).catch(() => undefined);
      await this.#thread.terminate();
      await this.#lock.release();
    });
    return this.#closed;
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.'));
    return this.#session.run(task);
  }

  /** Takes its turn after what waits already. That it failed is no caller's business; it comes round again. */
  #cleanSoon(): void {
    this.#session.run(() => this.#query('vacuum (analyze)')).catch(() => undefined);
  }

  async #begin(context: TransactionContext): Promise<void> {
    const begun = this.#query('begin');
    const entered =
      context.kind === 'tenant' ? this.#query(ENTER_TENANT, tenantSettings(context)) : Promise.resolve();
    await Promise.all([begun, entered]);
  }

  async #execute(sql: string): Promise<void> {
    try {
      await this.#thread.call('execute', [sql]);
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  async #query<R extends Row>(sql: string, params: readonly unknown[] = []): Promise<QueryResult<R>> {
    try {
      const result = (await this.#thread.call('query', [sql, params])) as QueryResult<R>;
      this.#housekeeping.wrote(result.affected);
      return result;
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

function unavailable(dataDir: string, error: unknown): AquiferError {
  if (isAquiferError(error) && error.code !== 'AQF_WORKER_CRASHED') return error;
  return new AquiferError(
    'AQF_DATABASE_UNAVAILABLE',
    `The embedded database in ${dataDir} cannot be opened: ${messageOf(error)}`,
    { facts: { dataDir }, cause: error },
  );
}

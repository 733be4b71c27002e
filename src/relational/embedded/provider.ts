import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import { ThreadHost, threadEntry } from '../../threads/index.js';
import { enterStatement, OWNER, type TransactionContext } from '../context.js';
import { copyStatement } from '../copy/format.js';
import { gathered } from '../copy/gathered.js';
import { toDatabaseError } from '../errors.js';
import { measureHealth } from '../health.js';
import { Mutex } from '../mutex.js';
import { beginStatement, OpenTransaction, type TransactionDriver } from '../open-transaction.js';
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
import { isAborted, TransactionStatements } from '../transaction-statements.js';
import { CommitHints } from './commit-hints.js';
import { holdsDatabase } from './data-folder.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { Housekeeping } from './housekeeping.js';
import { LocalLocks } from './local-locks.js';
import type { DatabaseThread, OneStatement } from './thread.js';

/** Bytes that go to the thread, and into its memory, in one piece. */
const COPIED_AT_ONCE = 4 * 1024 * 1024;

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
  /** The folder belongs to this process alone, so a lock within it is enough. */
  readonly #locks = new LocalLocks();
  readonly #commits = new CommitHints();
  #closed: Promise<void> | undefined;

  constructor(thread: ThreadHost<DatabaseThread>, lock: FolderLock) {
    this.#thread = thread;
    this.#lock = lock;
  }

  query<R extends Row>(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<QueryResult<R>> {
    return this.#one<QueryResult<R>>('queryOne', context, statement, options);
  }

  queryRaw(context: TransactionContext, statement: Statement, options?: QueryOptions): Promise<RawResult> {
    return this.#one<RawResult>('queryOneRaw', context, statement, options);
  }

  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return retrying(options.retries ?? 0, () =>
      this.#exclusively(async () => {
        const statements = new TransactionStatements();
        try {
          await this.#begin(context, options);
          const result = await work(new OpenTransaction(statements.guard(this.#driver)));
          await statements.settle();
          await this.#commit(statements);
          return result;
        } catch (error) {
          await statements.settle();
          await this.#driver.execute('rollback').catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  maintain<T>(work: (execute: (sql: string) => Promise<void>) => Promise<T>): Promise<T> {
    return this.#exclusively(() => work(this.#driver.execute)).finally(() => this.#resetSettings());
  }

  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return this.#locks.exclusively(name, work);
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
    await this.#exclusively(() => this.#call<void>('listen', [channel]));
    return this.#commits.listen(channel, () => heard(''));
  }

  pool(): undefined {
    return undefined;
  }

  async isAvailable(): Promise<boolean> {
    return (await this.health()).status === 'up';
  }

  health(): Promise<ProviderHealth> {
    return measureHealth(() => this.query(OWNER, { text: 'select 1' }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#session.run(async () => {
      this.#locks.abort();
      await this.#thread.call('close', []).catch(() => undefined);
      await this.#thread.terminate();
      await this.#lock.release();
    });
    return this.#closed;
  }

  readonly #driver: TransactionDriver = {
    query: (statement) => this.#call<QueryResult<Row>>('query', [statement]),
    queryRaw: (statement) => this.#call<RawResult>('queryRaw', [statement]),
    execute: (sql) => this.#call<void>('execute', [sql]),
    copyIn: async (target, rows) => {
      const statement = copyStatement(target);
      let copied = 0;
      for await (const bytes of gathered(rows, COPIED_AT_ONCE)) {
        copied += (await this.#call<{ affected: number }>('copyIn', [statement, bytes])).affected;
      }
      return copied;
    },
  };

  #one<T extends { readonly affected: number }>(
    method: 'queryOne' | 'queryOneRaw',
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<T> {
    const one = { begin: beginStatement(options), enter: enterStatement(context), statement };
    return this.#exclusively(async () => {
      const result = await this.#call<T>(method, [one]);
      this.#committed();
      return result;
    });
  }

  async #begin(context: TransactionContext, options: TransactionOptions): Promise<void> {
    const begun = this.#driver.execute(beginStatement(options));
    const enter = enterStatement(context);
    await Promise.all([begun, enter && this.#driver.query(enter)]);
  }

  /** COMMIT of an aborted transaction is a rollback that tells no one, so after an error it is asked first. */
  async #commit({ failure }: TransactionStatements): Promise<void> {
    if (failure !== undefined) {
      await this.#driver.query({ text: 'select 1' }).catch((error: unknown) => {
        throw isAborted(error) ? failure : error;
      });
    }
    await this.#driver.execute('commit');
    this.#committed();
  }

  #committed(): void {
    if (this.#housekeeping.takeDue()) this.#cleanSoon();
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.'));
    return this.#session.run(task);
  }

  /** The one session serves others after maintenance. */
  #resetSettings(): Promise<void> {
    return this.#session.run(() => this.#driver.execute('reset all')).catch(() => undefined);
  }

  /** Takes its turn after what waits already. That it failed is no caller's business; it comes round again. */
  #cleanSoon(): void {
    this.#session.run(() => this.#driver.query({ text: 'vacuum (analyze)' })).catch(() => undefined);
  }

  async #call<T>(
    method: keyof DatabaseThread & string,
    args: [Statement | OneStatement | string, Uint8Array?],
  ): Promise<T> {
    try {
      const result = (await this.#thread.call(method, args as never)) as T;
      const told = result as Told | undefined;
      this.#housekeeping.wrote(told?.affected ?? 0);
      for (const channel of told?.heard ?? []) this.#commits.tell(channel);
      return result;
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/** What every answer of the thread may tell. */
interface Told {
  readonly affected?: number;
  /** Channels that were notified. */
  readonly heard?: readonly string[];
}

function unavailable(dataDir: string, error: unknown): AquiferError {
  if (isAquiferError(error) && error.code !== 'AQF_WORKER_CRASHED') return error;
  return new AquiferError(
    'AQF_DATABASE_UNAVAILABLE',
    `The embedded database in ${dataDir} cannot be opened: ${messageOf(error)}`,
    { facts: { dataDir }, cause: error },
  );
}

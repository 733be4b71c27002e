import type { RawResult, Statement } from '../../relational/index.js';
import type { GuestTransaction } from '../open-transaction.js';
import type { SqlTransaction } from './driver-adapter.js';
import { toDriverAdapterError } from './errors.js';
import { PrismaQueryable } from './queryable.js';

/** A transaction of Prisma, interactive or of a batch, over one of the scope. */
export class PrismaTransaction extends PrismaQueryable implements SqlTransaction {
  readonly options = { usePhantomQuery: true };
  readonly #transaction: GuestTransaction;

  constructor(transaction: GuestTransaction) {
    super();
    this.#transaction = transaction;
  }

  async commit(): Promise<void> {
    try {
      await this.#transaction.commit();
    } catch (error) {
      throw toDriverAdapterError(error);
    }
  }

  rollback(): Promise<void> {
    return this.#transaction.rollback();
  }

  createSavepoint(name: string): Promise<void> {
    return this.#command(`SAVEPOINT ${quoted(name)}`);
  }

  rollbackToSavepoint(name: string): Promise<void> {
    return this.#command(`ROLLBACK TO SAVEPOINT ${quoted(name)}`);
  }

  releaseSavepoint(name: string): Promise<void> {
    return this.#command(`RELEASE SAVEPOINT ${quoted(name)}`);
  }

  protected run(statement: Statement): Promise<RawResult> {
    return this.#transaction.queryRaw(statement);
  }

  async #command(sql: string): Promise<void> {
    await this.run({ text: sql });
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

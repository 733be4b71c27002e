import { AquiferError } from '../../errors/index.js';
import type { RawResult, Statement, TransactionOptions } from '../../relational/index.js';
import type { GuestScope, ScopeSource } from '../host.js';
import { scopeOf } from '../host.js';
import { GuestTransaction } from '../open-transaction.js';
import { runAlone } from '../run-alone.js';
import {
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlTransaction,
} from './driver-adapter.js';
import { toDriverAdapterError } from './errors.js';
import { ADAPTER_NAME, PrismaQueryable } from './queryable.js';
import { PrismaTransaction } from './transaction.js';

const ISOLATION: Partial<Record<IsolationLevel, NonNullable<TransactionOptions['isolation']>>> = {
  // PostgreSQL reads nothing uncommitted.
  'READ UNCOMMITTED': 'read committed',
  'READ COMMITTED': 'read committed',
  'REPEATABLE READ': 'repeatable read',
  SERIALIZABLE: 'serializable',
};

/**
 * A driver for Prisma 7 that runs every statement of a client in a scope: `new PrismaClient({ adapter: prismaAdapter(scope) })`.
 * A client costs tens of milliseconds to make; for one a request take `prismaClients`.
 */
export function prismaAdapter(scope: GuestScope): SqlDriverAdapterFactory {
  return scopedAdapter(scope);
}

/** The same, for a source that gives a scope, or throws, each time a statement or a transaction begins. */
export function scopedAdapter(source: ScopeSource): SqlDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: ADAPTER_NAME,
    connect: async () => new ScopedAdapter(source),
  };
}

class ScopedAdapter extends PrismaQueryable implements SqlDriverAdapter {
  readonly #source: ScopeSource;

  constructor(source: ScopeSource) {
    super();
    this.#source = source;
  }

  async startTransaction(isolation?: IsolationLevel): Promise<SqlTransaction> {
    const options = isolationOptions(isolation);
    try {
      return new PrismaTransaction(await GuestTransaction.open(scopeOf(this.#source), options));
    } catch (error) {
      throw toDriverAdapterError(error);
    }
  }

  /** For migrations alone, which belong to the owner of the schema. */
  async executeScript(): Promise<void> {
    const message = 'A scope runs no scripts: migrate as the owner of the schema.';
    throw toDriverAdapterError(new AquiferError('AQF_NOT_SUPPORTED', message));
  }

  getConnectionInfo() {
    return { supportsRelationJoins: true };
  }

  /** The scope belongs to who made it. */
  async dispose(): Promise<void> {}

  protected async run(statement: Statement): Promise<RawResult> {
    return runAlone(scopeOf(this.#source), statement);
  }
}

function isolationOptions(level: IsolationLevel | undefined): TransactionOptions {
  if (level === undefined) return {};
  const isolation = ISOLATION[level];
  if (isolation) return { isolation };
  throw new DriverAdapterError('AQF_NOT_SUPPORTED', { kind: 'InvalidIsolationLevel', level });
}

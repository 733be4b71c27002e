import type {
  Queryable,
  QueryOptions,
  QueryResult,
  RawResult,
  RelationalProvider,
  Row,
  Statement,
  TenantContext,
  TraitFlag,
  Transaction,
  TransactionOptions,
} from '../relational/index.js';

/** Which rows a statement meets: those that are there, deleted ones too, or those that it removes for good. */
export type Reach = 'present' | 'deleted' | 'purge';

const FLAGS: Readonly<Record<Reach, readonly TraitFlag[]>> = {
  present: [],
  deleted: ['deleted'],
  purge: ['deleted', 'purge'],
};

/** Rows of an entity that were written. */
export interface RowChange {
  readonly entity: string;
  readonly rows: readonly ChangedRow[];
}

export interface ChangedRow {
  /** The key as text. */
  readonly id: string;
  /** Undefined where it is not known. */
  readonly revision: number | undefined;
}

/** Hears of what was committed, before the call that wrote it resolves. */
export type ChangeListener = (tenantId: string, changes: readonly RowChange[]) => Promise<void>;

/** Runs statements for one tenant: each in a transaction of its own, or all in one that is open. */
export interface Executor extends Queryable {
  readonly tenantId: string;
  read(statement: Statement, reach: Reach): Promise<QueryResult<Row>>;
  write(statement: Statement, reach: Reach): Promise<QueryResult<Row>>;
  /** Tells who listens that rows were written: at once, or when the transaction that is open has committed. */
  changed(change: RowChange): Promise<void>;
  /** In one transaction; in a savepoint of the one that is open. */
  transaction<T>(work: (inner: Executor) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

const READ: QueryOptions = { access: 'read' };
const WRITE: QueryOptions = { access: 'write' };

/** One round trip a statement, where the provider can. */
export class ScopeExecutor implements Executor {
  readonly tenantId: string;
  readonly #provider: RelationalProvider;
  readonly #contexts: Readonly<Record<Reach, TenantContext>>;
  readonly #listener: ChangeListener | undefined;

  constructor(provider: RelationalProvider, context: TenantContext, listener?: ChangeListener) {
    this.tenantId = context.tenantId;
    this.#provider = provider;
    this.#listener = listener;
    this.#contexts = {
      present: context,
      deleted: withFlags(context, FLAGS.deleted),
      purge: withFlags(context, FLAGS.purge),
    };
  }

  read(statement: Statement, reach: Reach): Promise<QueryResult<Row>> {
    return this.#provider.query(this.#contexts[reach], statement, READ);
  }

  write(statement: Statement, reach: Reach): Promise<QueryResult<Row>> {
    return this.#provider.query(this.#contexts[reach], statement, WRITE);
  }

  query<R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    const statement = typeof sql === 'string' ? { text: sql, values: params ?? [] } : sql;
    return this.#provider.query<R>(this.#contexts.present, statement);
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return this.#provider.queryRaw(this.#contexts.present, statement);
  }

  async changed(change: RowChange): Promise<void> {
    await this.#listener?.(this.tenantId, [change]);
  }

  async transaction<T>(work: (inner: Executor) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const context = this.#contexts.present;
    let changes: RowChange[] = [];
    const run = (tx: Transaction) => {
      changes = [];
      return work(new TransactionExecutor(tx, context, changes));
    };
    const outcome = await this.#provider.transaction(context, run, options);
    if (changes.length > 0) await this.#listener?.(this.tenantId, changes);
    return outcome;
  }
}

const SET_FLAGS = { name: 'aq_flags', text: `select set_config('aquifer.flags', $1, true)` };

/** Everything in one open transaction, which ends elsewhere. */
class TransactionExecutor implements Executor {
  readonly tenantId: string;
  readonly #tx: Transaction;
  readonly #context: TenantContext;
  readonly #changes: RowChange[];

  constructor(tx: Transaction, context: TenantContext, changes: RowChange[]) {
    this.tenantId = context.tenantId;
    this.#tx = tx;
    this.#context = context;
    this.#changes = changes;
  }

  read(statement: Statement, reach: Reach): Promise<QueryResult<Row>> {
    return this.write(statement, reach);
  }

  write(statement: Statement, reach: Reach): Promise<QueryResult<Row>> {
    return reach === 'present' ? this.#tx.query(statement) : this.#reaching(statement, reach);
  }

  query<R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#tx.query<R>(sql, params);
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return this.#tx.queryRaw(statement);
  }

  /** What a savepoint undoes stays in the list: telling too much does no harm. */
  async changed(change: RowChange): Promise<void> {
    this.#changes.push(change);
  }

  transaction<T>(work: (inner: Executor) => Promise<T>): Promise<T> {
    return this.#tx.savepoint((inner) => work(new TransactionExecutor(inner, this.#context, this.#changes)));
  }

  /** Sent together, so that no statement of anyone else comes between. A failure undoes the settings with it. */
  async #reaching(statement: Statement, reach: Reach): Promise<QueryResult<Row>> {
    const before = flagList(this.#context.flags);
    const raised = this.#setFlags(flagList(withFlags(this.#context, FLAGS[reach]).flags));
    const result = this.#tx.query(statement);
    const lowered = this.#setFlags(before);
    const [outcome] = await Promise.allSettled([result, raised, lowered]);
    if (outcome.status === 'rejected') throw outcome.reason;
    await lowered;
    return outcome.value;
  }

  #setFlags(flags: string): Promise<unknown> {
    return this.#tx.query({ ...SET_FLAGS, values: [flags] });
  }
}

function withFlags(context: TenantContext, flags: readonly TraitFlag[]): TenantContext {
  return { ...context, flags: [...new Set([...(context.flags ?? []), ...flags])] };
}

function flagList(flags: readonly TraitFlag[] = []): string {
  return flags.join(',');
}

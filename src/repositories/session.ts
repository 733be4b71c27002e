import type { CipherSource } from '../encryption/index.js';
import { type AnyEntity, Entity } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';
import {
  assertInScope,
  checkedTransactionOptions,
  type Queryable,
  type QueryResult,
  type RawResult,
  type RelationalProvider,
  type Row,
  type Statement,
  type TenantContext,
  type TransactionOptions,
} from '../relational/index.js';
import { type ScopedDrizzle, scopedDrizzle, unwrapped } from './drizzle-handle.js';
import { type ChangeListener, type Executor, ScopeExecutor } from './executor.js';
import { Repository } from './repository.js';

export interface SessionOptions {
  /** Where the keys of encrypted columns come from. */
  readonly ciphers?: CipherSource | undefined;
  /** Told of rows that repositories wrote by their keys. */
  readonly onChange?: ChangeListener | undefined;
}

/** What repositories of a session run on. */
export interface SessionParts {
  readonly executor: Executor;
  readonly ciphers: CipherSource | undefined;
}

/** One tenant's way to its rows: in transactions of their own, or within one that is open. */
export class BaseSession implements Queryable {
  readonly #parts: SessionParts;
  readonly #repositories = new Map<AnyEntity, Repository<AnyEntity>>();
  #drizzle: ScopedDrizzle | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get tenantId(): string {
    return this.#parts.executor.tenantId;
  }

  repository<E extends AnyEntity>(entity: E): Repository<E> {
    const known = this.#repositories.get(entity);
    if (known) return known as unknown as Repository<E>;
    if (!isEntity(entity)) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'A repository is of an entity, as entity() made it.');
    }
    const repository = new Repository(entity, this, this.#parts);
    this.#repositories.set(entity, repository as unknown as Repository<AnyEntity>);
    return repository;
  }

  /**
   * Runs `work` in one transaction: committed when it resolves, undone when it rejects. Within a transaction it is a
   * savepoint, which takes no options.
   * @throws what `work` throws; a DatabaseError
   */
  async transaction<T>(work: (session: BaseSession) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const { executor, ciphers } = this.#parts;
    return executor.transaction(
      (inner) => work(new BaseSession({ executor: inner, ciphers })).catch(unwrapped),
      options === undefined ? undefined : checkedTransactionOptions(options),
    );
  }

  /** Drizzle, bound to this tenant: for what repositories do not say. */
  get drizzle(): ScopedDrizzle {
    this.#drizzle ??= scopedDrizzle(this);
    return this.#drizzle;
  }

  /**
   * SQL as it is, with `$1…` bound, under the policies of the tenant.
   * @throws AQF_NOT_SUPPORTED for what ends the transaction or outlives it: COMMIT, SET, RESET, LISTEN …
   */
  async query<R extends Row = Row>(
    sql: string | Statement,
    params?: readonly unknown[],
  ): Promise<QueryResult<R>> {
    assertInScope(typeof sql === 'string' ? sql : sql.text);
    return this.#parts.executor.query<R>(sql, params);
  }

  async queryRaw(statement: Statement): Promise<RawResult> {
    assertInScope(statement.text);
    return this.#parts.executor.queryRaw(statement);
  }
}

function isEntity(value: unknown): boolean {
  return value instanceof Entity;
}

/** A tenant's rows in a relational provider. */
export class Session extends BaseSession {
  constructor(
    provider: RelationalProvider,
    context: TenantContext,
    { ciphers, onChange }: SessionOptions = {},
  ) {
    super({ executor: new ScopeExecutor(provider, context, onChange), ciphers });
  }
}

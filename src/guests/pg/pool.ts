import { EventEmitter } from 'node:events';
import { AquiferError } from '../../errors/index.js';
import { type GuestScope, type ScopeSource, scopeOf } from '../host.js';
import { ScopedClient } from './client.js';
import type { Callback, PgQueryConfig, PgQueryResult } from './query.js';

type Connected = (
  error: Error | undefined,
  client: ScopedPoolClient,
  release: (reason?: unknown) => void,
) => void;

/** A client as `connect()` gives it. */
export class ScopedPoolClient extends ScopedClient {
  #isReleased = false;

  /** Rolls back what was left open. Safe to call twice. */
  release(_reason?: unknown): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    void this.abandon();
  }
}

/**
 * What stands in for the pool of node-postgres: whatever is queried runs in the scope. A client belongs to the scope
 * in which it was connected, and holds a connection of the data layer only while it is in a transaction.
 */
export class ScopedPool extends EventEmitter {
  readonly #source: ScopeSource;
  #isEnded = false;

  constructor(source: ScopeSource) {
    super();
    this.#source = source;
  }

  connect(): Promise<ScopedPoolClient>;
  connect(connected: Connected): void;
  connect(connected?: Connected): Promise<ScopedPoolClient> | undefined {
    const client = new ScopedPoolClient(this.#scopeOfCaller());
    if (!connected) return this.#isEnded ? Promise.reject(ended()) : Promise.resolve(client);
    const error = this.#isEnded ? ended() : undefined;
    queueMicrotask(() => connected(error, client, (reason) => client.release(reason)));
    return undefined;
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows are `any` in node-postgres, and code written for it relies on that.
  query<R = any>(query: string | PgQueryConfig, values?: readonly unknown[]): Promise<PgQueryResult<R>>;
  query(query: string | PgQueryConfig, callback: Callback): void;
  query(query: string | PgQueryConfig, values: readonly unknown[], callback: Callback): void;
  query(query: string | PgQueryConfig, ...rest: unknown[]): unknown {
    if (this.#isEnded) return Promise.reject(ended());
    const client = new ScopedClient(this.#scopeOfCaller());
    return (client.query as (...args: unknown[]) => unknown).call(client, query, ...rest);
  }

  /** Nothing can be queried any more. The data layer stays open. */
  end(): Promise<void>;
  end(callback: (error?: Error) => void): void;
  end(callback?: (error?: Error) => void): Promise<void> | undefined {
    this.#isEnded = true;
    if (!callback) return Promise.resolve();
    queueMicrotask(() => callback());
    return undefined;
  }

  /** Found now, in the caller's own course; where there is none, the first statement says so. */
  #scopeOfCaller(): () => GuestScope {
    try {
      const scope = scopeOf(this.#source);
      return () => scope;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }
}

/**
 * A pool for code that was written for node-postgres, Kysely for example: `scopedPg(scope)`, or one for all scopes,
 * `scopedPg(currentScope)`, whose callers run in `runInScope`.
 */
export function scopedPg(source: ScopeSource): ScopedPool {
  return new ScopedPool(source);
}

/** What stands in for the module `pg` where a library makes the pool itself, as TypeORM does. */
export function scopedPgDriver(source: ScopeSource): {
  readonly Pool: new (options?: unknown) => ScopedPool;
} {
  return {
    Pool: class extends ScopedPool {
      constructor(_options?: unknown) {
        super(source);
      }
    },
  };
}

function ended(): AquiferError {
  return new AquiferError('AQF_LAYER_CLOSED', 'This pool was ended.');
}

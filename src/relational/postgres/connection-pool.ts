import pg from 'pg';
import { AquiferError } from '../../errors/index.js';
import type { PoolFigures } from '../provider.js';
import { Connection } from './connection.js';
import { unavailable } from './failures.js';
import { DEFAULTS, type PostgresPoolOptions } from './options.js';

/** Single statements that share a connection at once. */
const MOST_SHARED = 16;
/** Milliseconds that a connection which nobody uses waits for the next, at most. */
const KEPT_MS = 10;

/** What a caller needs a connection for: a transaction of its own, or one statement among others. */
type Use = 'exclusive' | 'shared';

interface Waiter {
  readonly use: Use;
  readonly accept: (connection: Pooled | Promise<Pooled>) => void;
  readonly refuse: (error: AquiferError) => void;
  readonly timer: NodeJS.Timeout;
}

interface Pooled {
  readonly connection: Connection;
  readonly client: pg.PoolClient;
  /** Callers that use it now. */
  users: number;
}

/**
 * Connections of one server. A transaction has a connection to itself. A single statement takes a free or a new
 * one; with all in use it shares one that carries single statements only, unless someone waits: who came first is
 * served first, so that transactions do not starve.
 */
export class ConnectionPool {
  readonly #pool: pg.Pool;
  readonly #acquireTimeoutMs: number;
  readonly #queueLimit: number;
  readonly #max: number;
  /** Every connection there is, for as long as it lasts. */
  readonly #known = new Map<pg.PoolClient, Connection>();
  /** What refuses those whose connection is being made. */
  readonly #connecting = new Set<(reason: unknown) => void>();
  /** Connections that single statements share, and for a moment those that nobody uses any more. */
  readonly #shared = new Set<Pooled>();
  readonly #waiting: Waiter[] = [];
  /** Connections that this class has, or is about to have, from the pool of node-postgres. */
  #taken = 0;
  #returning: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: PostgresPoolOptions, client: pg.ClientConfig) {
    const { min, max, idleTimeoutMs, acquireTimeoutMs, queueLimit = DEFAULTS.queueLimit } = options;
    this.#max = max;
    this.#acquireTimeoutMs = acquireTimeoutMs;
    this.#queueLimit = queueLimit;
    this.#pool = new pg.Pool({
      ...client,
      min,
      max,
      idleTimeoutMillis: idleTimeoutMs,
      connectionTimeoutMillis: acquireTimeoutMs,
      allowExitOnIdle: true,
    });
    // An idle connection that breaks is replaced; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  /** @throws AQF_POOL_EXHAUSTED, AQF_DATABASE_UNAVAILABLE, AQF_LAYER_CLOSED */
  exclusively<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#use('exclusive', work);
  }

  /** For work that neither opens a transaction nor leaves anything in the session. Throws as `exclusively`. */
  share<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#use('shared', work);
  }

  figures(): PoolFigures {
    const free = [...this.#shared].filter(({ users }) => users === 0).length;
    return {
      total: this.#pool.totalCount,
      idle: this.#pool.idleCount + free,
      waiting: this.#waiting.length,
      max: this.#max,
    };
  }

  /** Breaks every connection at once; the next caller gets a new one. */
  sever(reason: unknown): void {
    for (const connection of this.#known.values()) connection.cut(reason);
    for (const refuse of this.#connecting) refuse(reason);
    this.#connecting.clear();
  }

  /** Refuses who waits, lets who has a connection finish, and ends every connection. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const waiter of this.#waiting.splice(0)) {
      clearTimeout(waiter.timer);
      waiter.refuse(closedError());
    }
    this.#returnFree();
    await this.#pool.end();
  }

  async #use<T>(use: Use, work: (connection: Connection) => Promise<T>): Promise<T> {
    const pooled = await this.#acquire(use);
    try {
      return await work(pooled.connection);
    } finally {
      this.#release(pooled);
    }
  }

  #acquire(use: Use): Pooled | Promise<Pooled> {
    if (this.#closed) throw closedError();
    return (this.#waiting.length === 0 && this.#grant(use)) || this.#wait(use);
  }

  /** A connection for one more user, if there is one to be had now. */
  #grant(use: Use): Pooled | Promise<Pooled> | undefined {
    const free = this.#leastUsed();
    if (free?.users === 0) return this.#occupy(free, use);
    if (this.#taken < this.#max) return this.#take(use);
    if (use === 'shared' && free && free.users < MOST_SHARED) return this.#occupy(free, use);
    return undefined;
  }

  #leastUsed(): Pooled | undefined {
    let least: Pooled | undefined;
    for (const pooled of this.#shared) {
      if (pooled.connection.isLost) {
        if (pooled.users === 0) this.#giveBack(pooled);
      } else if (!least || pooled.users < least.users) {
        least = pooled;
      }
    }
    return least;
  }

  #occupy(pooled: Pooled, use: Use): Pooled {
    pooled.users++;
    if (use === 'shared') this.#shared.add(pooled);
    else this.#shared.delete(pooled);
    return pooled;
  }

  async #take(use: Use): Promise<Pooled> {
    this.#taken++;
    try {
      const client = await this.#connect();
      const pooled = this.#occupy({ client, connection: this.#connectionOf(client), users: 0 }, use);
      if (use === 'shared') this.#serveWaiting();
      return pooled;
    } catch (error) {
      this.#taken--;
      this.#serveWaiting();
      throw this.#closed ? closedError() : unavailable(error);
    }
  }

  /** A silent server may accept a connection and leave it at that. */
  #connect(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      this.#connecting.add(reject);
      this.#pool.connect().then(
        (client) => (this.#connecting.delete(reject) ? resolve(client) : client.release(true)),
        (error: unknown) => {
          this.#connecting.delete(reject);
          reject(error);
        },
      );
    });
  }

  #connectionOf(client: pg.PoolClient): Connection {
    const known = this.#known.get(client);
    if (known) return known;
    const connection = new Connection(client);
    this.#known.set(client, connection);
    client.once('end', () => this.#known.delete(client));
    return connection;
  }

  #wait(use: Use): Promise<Pooled> {
    if (this.#waiting.length >= this.#queueLimit) throw queueFull(this.#queueLimit);
    return new Promise((accept, refuse) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        refuse(waitedTooLong(this.#acquireTimeoutMs));
        this.#serveWaiting();
      }, this.#acquireTimeoutMs);
      const waiter: Waiter = { use, accept, refuse, timer };
      this.#waiting.push(waiter);
    });
  }

  #serveWaiting(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const granted = this.#grant(next.use);
      if (!granted) return;
      this.#waiting.shift();
      clearTimeout(next.timer);
      next.accept(granted);
    }
  }

  #release(pooled: Pooled): void {
    pooled.users--;
    if (pooled.users === 0) {
      if (pooled.connection.isLost || this.#closed) this.#giveBack(pooled);
      else this.#keepForNow(pooled);
    }
    this.#serveWaiting();
  }

  /** Who comes soon finds the connection here, without the way through the pool of node-postgres. */
  #keepForNow(pooled: Pooled): void {
    this.#shared.add(pooled);
    this.#returning ??= setTimeout(() => this.#returnFree(), KEPT_MS).unref();
  }

  #returnFree(): void {
    this.#returning = undefined;
    for (const pooled of this.#shared) if (pooled.users === 0) this.#giveBack(pooled);
  }

  #giveBack(pooled: Pooled): void {
    this.#shared.delete(pooled);
    this.#taken--;
    pooled.client.release(pooled.connection.isLost);
  }
}

function closedError(): AquiferError {
  return new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
}

function queueFull(limit: number): AquiferError {
  const message = `All connections are in use and ${limit} callers wait already (relational.pool.queueLimit).`;
  return new AquiferError('AQF_POOL_EXHAUSTED', message, {
    facts: { reason: 'queue-full', queueLimit: limit },
  });
}

function waitedTooLong(timeoutMs: number): AquiferError {
  const message = `No connection became free within ${timeoutMs} ms (relational.pool.acquireTimeoutMs).`;
  const facts = { reason: 'acquire-timeout', acquireTimeoutMs: timeoutMs };
  return new AquiferError('AQF_POOL_EXHAUSTED', message, { facts });
}

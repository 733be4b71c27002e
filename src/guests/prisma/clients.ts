import { AquiferError } from '../../errors/index.js';
import type { GuestScope } from '../host.js';
import { scopedAdapter } from './adapter.js';
import type { SqlDriverAdapterFactory } from './driver-adapter.js';
import { Seat } from './seat.js';

/** What is used of a generated client. */
export interface ExtensibleClient {
  $extends(extension: never): unknown;
  $disconnect(): Promise<void>;
}

export interface PrismaClientsOptions {
  /** How many clients there are at most, and so how many scopes are served at once. @default 10 */
  readonly max?: number;
  /** How long a scope waits for one, in milliseconds. @default 10_000 */
  readonly acquireTimeoutMs?: number;
}

/**
 * Clients that scopes take turns in, each for itself as long as it has one. Making a client costs tens of
 * milliseconds, and one shared by several tenants at once would mix them up: Prisma gathers `findUnique` calls and
 * batches of one tick, whoever made them, and runs them as one.
 */
export class PrismaClients<C extends ExtensibleClient> implements AsyncDisposable {
  readonly #create: (adapter: SqlDriverAdapterFactory) => C;
  readonly #max: number;
  readonly #acquireTimeoutMs: number;
  readonly #seats: Seat<C>[] = [];
  readonly #free: Seat<C>[] = [];
  readonly #waiting: ((seat: Seat<C>) => void)[] = [];
  #isClosed = false;

  constructor(create: (adapter: SqlDriverAdapterFactory) => C, options: PrismaClientsOptions) {
    this.#create = create;
    this.#max = options.max ?? 10;
    this.#acquireTimeoutMs = options.acquireTimeoutMs ?? 10_000;
  }

  /**
   * Runs `work` with a client that is this scope's alone until `work` has settled; afterwards that client refuses
   * everything.
   * @throws what `work` throws; AQF_POOL_EXHAUSTED when no client becomes free in time; AQF_LAYER_CLOSED
   */
  async run<T>(scope: GuestScope, work: (client: C) => Promise<T>): Promise<T> {
    const seat = await this.#acquire();
    try {
      return await seat.serve(scope, work);
    } finally {
      this.#release(seat);
    }
  }

  /** Disconnects the clients; the scopes and their data layer stay open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#seats.map((seat) => seat.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #acquire(): Promise<Seat<C>> {
    if (this.#isClosed) throw new AquiferError('AQF_LAYER_CLOSED', 'The Prisma clients are closed.');
    const free = this.#free.pop();
    if (free) return free;
    if (this.#seats.length < this.#max) return this.#open();
    return this.#wait();
  }

  #open(): Seat<C> {
    const seat = new Seat((source) => this.#create(scopedAdapter(source)));
    this.#seats.push(seat);
    return seat;
  }

  #wait(): Promise<Seat<C>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(taken), 1);
        const message = `All ${this.#max} Prisma clients were in use for ${this.#acquireTimeoutMs} ms.`;
        reject(new AquiferError('AQF_POOL_EXHAUSTED', message));
      }, this.#acquireTimeoutMs);
      const taken = (seat: Seat<C>) => {
        clearTimeout(timer);
        resolve(seat);
      };
      this.#waiting.push(taken);
    });
  }

  #release(seat: Seat<C>): void {
    const next = this.#waiting.shift();
    if (next) next(seat);
    else this.#free.push(seat);
  }
}

/**
 * Generated clients for scopes, made when they are needed:
 * `prismaClients((adapter) => new PrismaClient({ adapter }))`.
 */
export function prismaClients<C extends ExtensibleClient>(
  create: (adapter: SqlDriverAdapterFactory) => C,
  options: PrismaClientsOptions = {},
): PrismaClients<C> {
  return new PrismaClients(create, options);
}

import type { Redis } from 'ioredis';
import { retryDelay } from './backoff.js';
import { isReadOnly, SOCKET_TIMEOUT_MS } from './client.js';
import { disconnected } from './disconnected.js';
import { reasonOf, unavailable } from './failures.js';
import { Heartbeat } from './heartbeat.js';
import type { RedisKeys } from './keys.js';
import { adoptTerm } from './term.js';

/**
 * The connection to one server. It is open only once the server's term is adopted: before, it might answer with what an
 * invalidation, lost in a crash, had removed.
 */
export class SingleLink {
  readonly place: string;
  readonly #client: Redis;
  readonly #keys: RedisKeys;
  readonly #heartbeat: Heartbeat;
  readonly #closing: () => void;
  readonly #dialled = new Set<Redis>();
  #open = false;
  #connection = 0;
  #refusals = 0;
  #reason = 'not connected yet';

  /** @param closing runs when it is closed */
  constructor(client: Redis, keys: RedisKeys, closing: () => void = () => undefined) {
    this.#closing = closing;
    this.#client = client;
    this.#keys = keys;
    this.place = placeOf(client);
    this.#heartbeat = new Heartbeat(client);
    client.on('ready', () => void this.#admit(++this.#connection));
    client.on('close', () => {
      this.#open = false;
      this.#connection += 1;
    });
    client.on('error', (error) => {
      this.#reason = reasonOf(error);
    });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** @throws AQF_CACHE_STORE_UNAVAILABLE while not connected */
  use(): Redis {
    if (!this.#open) throw unavailable(this.place, new Error(`not connected (${this.#reason})`));
    return this.#client;
  }

  /** Resolves when it is open, at the first failure to connect, or after `timeoutMs`; never rejects. */
  settled(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const events = ['open', 'error', 'end'];
      const timer = setTimeout(finish, timeoutMs);
      const client = this.#client;
      function finish() {
        clearTimeout(timer);
        for (const event of events) client.off(event, finish);
        resolve();
      }
      for (const event of events) client.on(event, finish);
      if (this.#open) finish();
    });
  }

  /** A connection of its own to the same server, or to what is the primary now; tries once. */
  dial(): Redis {
    const connection = this.#client.duplicate({
      lazyConnect: true,
      socketTimeout: SOCKET_TIMEOUT_MS,
      retryStrategy: () => null,
    });
    connection.on('error', () => undefined);
    this.#dialled.add(connection);
    connection.once('end', () => this.#dialled.delete(connection));
    return connection;
  }

  /** Another connection has failed: when the server is no primary any more, whoever is one is looked up. */
  doubt(error: unknown): void {
    if (error instanceof Error && isReadOnly(error)) this.reconnect();
  }

  /** Gives up every connection: whoever is the primary is looked up again. */
  reconnect(): void {
    this.#open = false;
    for (const connection of this.#dialled) connection.disconnect();
    if (this.#client.status === 'ready') this.#client.disconnect(true);
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#heartbeat.stop();
    this.#closing();
    await disconnected(this.#client);
  }

  async #admit(connection: number): Promise<void> {
    try {
      await adoptTerm(this.#client, this.#keys);
      if (connection !== this.#connection) return;
      this.#refusals = 0;
      this.#open = true;
      this.#client.emit('open');
    } catch (error) {
      if (connection !== this.#connection) return;
      this.#reason = reasonOf(error);
      // ioredis counts attempts from the last one that connected: a server that connects and refuses gets none.
      setTimeout(() => this.#abandon(connection), retryDelay(++this.#refusals)).unref();
    }
  }

  #abandon(connection: number): void {
    if (connection === this.#connection) this.reconnect();
  }
}

function placeOf({ options }: Redis): string {
  const { host, port, path, name, db } = options;
  if (name) return `sentinel ${name}, db ${db}`;
  return path ? `${path}, db ${db}` : `${host}:${port}, db ${db}`;
}

import pg from 'pg';
import { AquiferError } from '../../errors/index.js';
import { unavailable } from './failures.js';

/** Opens connections outside the pool, each for one long task, and ends those that are left. */
export class DedicatedConnections {
  readonly #config: pg.ClientConfig;
  readonly #open = new Set<pg.Client>();
  #closed = false;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /** `onEnd` is called once, however the connection that was made ends. @throws AQF_DATABASE_UNAVAILABLE, AQF_LAYER_CLOSED */
  async connect(onEnd: () => void): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on('error', () => undefined); // 'end' follows
    await client.connect().catch((error: unknown) => {
      throw unavailable(error);
    });
    if (this.#closed) {
      await client.end();
      throw new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
    }
    this.#open.add(client);
    client.once('end', () => {
      this.#open.delete(client);
      onEnd();
    });
    return client;
  }

  /** Breaks every connection at once. */
  sever(): void {
    for (const client of this.#open) cut(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((client) => client.end()));
  }
}

/** Cuts a connection that does not answer; what waits on it fails. */
export function cut(client: pg.Client): void {
  client.connection.stream.destroy();
}

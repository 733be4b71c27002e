import pg from 'pg';
import { messageOf } from '../../errors/index.js';
import { readServerAddress } from '../postgres/server-address.js';
import { LOOK, type Look, readLook } from './look.js';

/** Looks at one server over a connection of its own, which is made anew when it broke. */
export class Lookout {
  readonly #config: pg.ClientConfig;
  #client: pg.Client | undefined;

  /** @param timeoutMs for the connection, and again for the answer */
  constructor(url: string, timeoutMs: number) {
    this.#config = {
      ...readServerAddress(url).client,
      application_name: 'aquifer monitor',
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    };
  }

  /** @throws what the driver throws: the server does not answer, or not in time */
  async look(): Promise<Look> {
    const client = this.#client ?? (await this.#connect());
    try {
      const { rows } = await client.query(LOOK);
      return readLook(rows[0]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.end().catch(() => undefined);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on('error', () => this.#forget(client));
    await client.connect();
    // Nobody's process is to stay alive for being looked after.
    (client as unknown as { unref(): void }).unref();
    this.#client = client;
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
  }
}

/** Whether a look failed because nothing came back in time, which a busy process of our own can cause too. */
export function isLate(error: unknown): boolean {
  return /timeout/i.test(messageOf(error)) && !(error instanceof pg.DatabaseError);
}

/** The server speaks, though not of itself: too many connections, a wrong password. */
export function isSpeaking(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !(error.code ?? '').startsWith('57P');
}

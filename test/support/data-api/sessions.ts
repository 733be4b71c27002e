import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ServiceFault } from './service-fault.js';

interface OpenSession {
  readonly client: pg.Client;
  isBusy: boolean;
  timer: NodeJS.Timeout;
}

/** The transactions that are open, each on a connection of its own; left alone for too long they are rolled back. */
export class Sessions {
  readonly #url: string;
  readonly #idleMs: number;
  readonly #open = new Map<string, OpenSession>();

  constructor(url: string, idleMs: number) {
    this.#url = url;
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#open.size;
  }

  async begin(): Promise<string> {
    const client = await this.#connect();
    await client.query('begin');
    const id = randomBytes(24).toString('base64');
    this.#open.set(id, { client, isBusy: false, timer: this.#startTimer(id) });
    return id;
  }

  /** In the transaction, or on a connection of its own. */
  async use<T>(id: string | undefined, work: (client: pg.Client) => Promise<T>): Promise<T> {
    if (id === undefined) return this.#alone(work);
    const session = this.#get(id);
    session.isBusy = true;
    clearTimeout(session.timer);
    try {
      return await work(session.client);
    } finally {
      session.isBusy = false;
      session.timer = this.#startTimer(id);
    }
  }

  async end(id: string, command: 'commit' | 'rollback'): Promise<void> {
    const { client, timer } = this.#get(id);
    clearTimeout(timer);
    this.#open.delete(id);
    await client.query(command).finally(() => client.end());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.end(id, 'rollback').catch(() => undefined)));
  }

  #get(id: string): OpenSession {
    const session = this.#open.get(id);
    if (!session)
      throw new ServiceFault('TransactionNotFoundException', `Transaction ${id} is not found`, 404);
    if (session.isBusy) {
      throw new ServiceFault('DatabaseErrorException', 'Transaction is still running a query');
    }
    return session;
  }

  #startTimer(id: string): NodeJS.Timeout {
    const timer = setTimeout(() => this.end(id, 'rollback').catch(() => undefined), this.#idleMs);
    timer.unref();
    return timer;
  }

  async #alone<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    return work(client).finally(() => client.end());
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, options: '-c timezone=UTC' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}

import { EventEmitter } from 'node:events';
import { OWNER, type RelationalProvider, type Row } from '../../relational/index.js';
import { toServerError } from './errors.js';

export const SCHEMA = 'bullmq';

const ENTER_SCHEMA = { text: `set local search_path to ${SCHEMA}` };
/** BullMQ's own statements begin with comments. */
const LISTEN = /^\s*listen\s+(\w+)\s*;?\s*$/im;

interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: rows are `any` in what this stands in for.
  readonly rows: any[];
  readonly rowCount: number;
}

/**
 * What BullMQ takes for a pool of node-postgres: each statement is a transaction of the data layer's own database, so the
 * embedded database serves as well as a server, and no connections are opened beside those of the layer.
 */
export class ProviderPool extends EventEmitter {
  readonly #relational: RelationalProvider;
  readonly #queue: string;
  readonly #stops: Promise<(() => Promise<void>) | undefined>[] = [];

  /** @param queue hinted of by notifications without a payload: the embedded database and a listener that was away give such */
  constructor(relational: RelationalProvider, queue: string) {
    super();
    this.#relational = relational;
    this.#queue = queue;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Answer> {
    try {
      const { rows, affected } = await this.#relational.transaction(OWNER, async (tx) => {
        await tx.query(ENTER_SCHEMA);
        return tx.query<Row>({ text, values });
      });
      return { rows, rowCount: affected };
    } catch (error) {
      throw toServerError(error);
    }
  }

  async connect(): Promise<ProviderClient> {
    return new ProviderClient(this);
  }

  /** The data layer's database stays open. */
  async end(): Promise<void> {
    await this.stopListening();
  }

  async stopListening(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await (await stop.catch(() => undefined))?.();
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<void> {
    const stop = this.#relational.listen(channel, (payload) => heard(payload || this.#queue));
    this.#stops.push(stop);
    await stop;
  }
}

/** What BullMQ takes for a client: it keeps no session, so what it sets for one has no effect. */
class ProviderClient extends EventEmitter {
  readonly #pool: ProviderPool;

  constructor(pool: ProviderPool) {
    super();
    this.#pool = pool;
  }

  async query(text: string, values?: readonly unknown[]): Promise<Answer> {
    const [, channel] = LISTEN.exec(text) ?? [];
    if (!channel) return this.#pool.query(text, values);
    await this.#pool.listen(channel, (payload) => this.emit('notification', { channel, payload }));
    return { rows: [], rowCount: 0 };
  }

  release(): void {
    this.removeAllListeners();
  }
}

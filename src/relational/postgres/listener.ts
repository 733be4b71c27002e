import pg from 'pg';
import type { DedicatedConnections } from './dedicated.js';
import { startHeartbeat } from './heartbeat.js';

type Heard = (payload: string) => void;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/**
 * Listens on one connection for all channels. When it breaks, the listener connects again, with waits that double
 * up to 10 s, and gives everyone an empty hint then: what was notified in between was lost.
 */
export class Listener {
  readonly #connections: DedicatedConnections;
  readonly #heard = new Map<string, Set<Heard>>();
  #client: Promise<pg.Client> | undefined;
  #stopHeartbeat = () => {};
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(connections: DedicatedConnections) {
    this.#connections = connections;
  }

  /** Resolves, once it listens, to what stops it. @throws AQF_DATABASE_UNAVAILABLE, AQF_LAYER_CLOSED */
  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    const listeners = this.#heard.get(channel) ?? new Set();
    this.#heard.set(channel, listeners.add(heard));
    try {
      const client = await this.#connected();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await this.#forget(channel, heard);
      throw error;
    }
    return () => this.#forget(channel, heard);
  }

  close(): void {
    this.#heard.clear();
    clearTimeout(this.#retry);
  }

  async #forget(channel: string, heard: Heard): Promise<void> {
    const listeners = this.#heard.get(channel);
    listeners?.delete(heard);
    if (listeners?.size === 0) this.#heard.delete(channel);
    if (this.#heard.size > 0) return;
    clearTimeout(this.#retry);
    await (await this.#client?.catch(() => undefined))?.end();
  }

  #connected(): Promise<pg.Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const client = await this.#connections.connect(() => this.#reconnectLater());
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    this.#stopHeartbeat = startHeartbeat(client);
    return client;
  }

  #reconnectLater(): void {
    this.#client = undefined;
    this.#stopHeartbeat();
    if (this.#heard.size === 0) return;
    const longest = Math.min(FIRST_WAIT_MS * 2 ** this.#failures++, LONGEST_WAIT_MS);
    this.#retry = setTimeout(() => this.#listenAgain(), longest * (0.5 + Math.random() / 2));
    this.#retry.unref();
  }

  async #listenAgain(): Promise<void> {
    try {
      const client = await this.#connected();
      const channels = [...this.#heard.keys()];
      await client.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join('; '));
      this.#failures = 0;
      for (const channel of channels) this.#tell(channel, '');
    } catch {
      this.#reconnectLater();
    }
  }

  #tell(channel: string, payload: string): void {
    for (const heard of this.#heard.get(channel) ?? []) heard(payload);
  }
}

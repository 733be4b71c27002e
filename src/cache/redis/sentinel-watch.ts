import type { Redis } from 'ioredis';
import { retryDelay } from './backoff.js';
import type { Ioredis } from './client.js';
import type { CommonSettings, RedisSentinels } from './options.js';

const SWITCHED = '+switch-master';

/**
 * Listens to the sentinels for a change of the primary. The old one may live on, and take writes that are lost when it
 * is made a replica, ten seconds later; whoever is connected to it would notice nothing until then.
 */
export class SentinelWatch {
  readonly #clients: readonly Redis[];

  constructor(ioredis: Ioredis, group: RedisSentinels, common: CommonSettings, switched: () => void) {
    const { name, sentinels, username, password, tls } = group;
    this.#clients = sentinels.map(({ host, port }) => {
      const client = new ioredis.Redis({
        host,
        port,
        connectTimeout: common.connectTimeout,
        retryStrategy: retryDelay,
        maxRetriesPerRequest: null,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(tls !== undefined && { tls }),
      });
      client.on('error', () => undefined);
      client.on('message', (_, message) => {
        if (message.startsWith(`${name} `)) switched();
      });
      client.subscribe(SWITCHED).catch(() => undefined);
      return client;
    });
  }

  stop(): void {
    for (const client of this.#clients) client.disconnect();
  }
}

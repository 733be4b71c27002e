import type { Redis, RedisOptions } from 'ioredis';
import { loadPeer } from '../peers/index.js';
import type { RedisQueueOptions } from './redis-options.js';

const PEER = { name: 'ioredis', install: 'ioredis@6', neededBy: 'A queue in Redis' };

/** The database that queues have for themselves on a server that is no cluster, unless the URL names another. */
const QUEUE_DATABASE = 2;
const CONNECT_TIMEOUT_MS = 2000;
const LONGEST_RETRY_MS = 2000;

/** What asks the queue fails at once while the server is away; whoever waits for jobs connects again and again. */
export async function connectRedis({ url }: RedisQueueOptions, role: 'asks' | 'waits'): Promise<Redis> {
  const { Redis: Client } = await loadPeer(PEER, () => import('ioredis'));
  const client = new Client(url, {
    ...(!databaseIn(url) && { db: QUEUE_DATABASE }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
    maxRetriesPerRequest: role === 'waits' ? null : 0,
    enableOfflineQueue: role === 'waits',
  } satisfies RedisOptions);
  client.on('error', () => undefined);
  if (role === 'asks') await firstConnection(client);
  return client;
}

/** Why jobs may be lost on this server; undefined when it keeps what it has. */
export async function evictionWarning(client: Redis): Promise<string | undefined> {
  const info = await client.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return undefined;
  return (
    `Redis evicts keys when its memory is full (maxmemory-policy ${policy}): jobs may be lost until the next sweep. ` +
    'Give queues a server with noeviction.'
  );
}

/** Resolves however it ends: a server that is away when a process starts is no reason not to. */
function firstConnection(client: Redis): Promise<void> {
  return new Promise((resolve) => {
    client.once('ready', () => resolve());
    client.once('error', () => resolve());
  });
}

function databaseIn(url: string): boolean {
  return new URL(url).pathname.length > 1;
}

import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { loadPeer } from '../../peers/index.js';
import { retryDelay } from './backoff.js';
import {
  type CommonSettings,
  commonSettings,
  databaseOf,
  type RedisSentinels,
  type RedisStoreOptions,
} from './options.js';

const load = () => import('ioredis');

export type Ioredis = Awaited<ReturnType<typeof load>>;

const PEER = { name: 'ioredis', install: 'ioredis@6', neededBy: 'A cache in Redis' };

/** Milliseconds after which a server that owes an answer is given up, with the connection to it. */
export const SOCKET_TIMEOUT_MS = 3000;
/** Milliseconds a server has to end a connection, until it is cut. */
const DISCONNECT_TIMEOUT_MS = 200;
/** Milliseconds between looks at a server that is still loading its data. */
const LOADING_RETRY_MS = 100;

/** @throws AQF_PEER_MISSING */
export function loadIoredis(): Promise<Ioredis> {
  return loadPeer(PEER, load);
}

/**
 * A call on a lost connection fails at once and is not repeated: repeated later, a `write` could bring back a value
 * that another process has replaced meanwhile.
 */
const RESILIENCE = {
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  maxLoadingRetryTime: LOADING_RETRY_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
} as const;

/** The client of a server, or of what Sentinel says is the primary; connects by itself, again and again. */
export function openClient(ioredis: Ioredis, options: RedisStoreOptions): Redis {
  const settings = {
    ...address(options),
    ...commonSettings(options),
    ...RESILIENCE,
    db: databaseOf(options),
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
    reconnectOnError: isReadOnly,
  } satisfies RedisOptions;
  const { url } = options;
  const client = url === undefined ? new ioredis.Redis(settings) : new ioredis.Redis(url, settings);
  // Without a listener ioredis writes to the console; why it is not connected is told by whoever needs it.
  client.on('error', () => undefined);
  return client;
}

/** The client of a cluster; its connections to nodes are opened when it knows them. */
export function openCluster(ioredis: Ioredis, options: RedisStoreOptions): Cluster {
  const nodes = (options.cluster ?? []).map((node) => (typeof node === 'string' ? node : { ...node }));
  const client = new ioredis.Cluster(nodes, {
    redisOptions: { ...clusterNodeSettings(options), ...RESILIENCE, socketTimeout: SOCKET_TIMEOUT_MS },
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    slotsRefreshTimeout: commonSettings(options).connectTimeout,
    // It would be sent on connections that are just being made; each node is looked at before it is used anyway.
    enableReadyCheck: false,
    maxRedirections: 3,
    retryDelayOnTryAgain: 20,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  });
  client.on('error', () => undefined);
  return client;
}

/** A node was made a replica under our feet: connecting anew finds the primary. */
export function isReadOnly(error: Error): boolean {
  return error.message.startsWith('READONLY');
}

function address(options: RedisStoreOptions): Omit<RedisOptions, 'replyMapping'> {
  const { host, port, path, sentinel } = options;
  if (sentinel) return sentinelAddress(options, sentinel);
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(path !== undefined && { path }),
  };
}

function sentinelAddress(options: RedisStoreOptions, sentinel: RedisSentinels) {
  const { name, sentinels, username, password, tls } = sentinel;
  return {
    name,
    sentinels: sentinels.map((address) => ({ ...address })),
    sentinelRetryStrategy: retryDelay,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls !== undefined && { sentinelTLS: tls }),
    // Whether there is TLS to the server itself: ioredis ignores its `tls` without.
    enableTLSForSentinelMode: options.tls !== undefined,
  };
}

/** Credentials and TLS in the URL of a node hold for the nodes that are found through it, too. */
function clusterNodeSettings(options: RedisStoreOptions): CommonSettings {
  const text = options.cluster?.find((node) => typeof node === 'string');
  const url = typeof text === 'string' ? new URL(text) : undefined;
  return {
    ...(url?.username && { username: decodeURIComponent(url.username) }),
    ...(url?.password && { password: decodeURIComponent(url.password) }),
    ...(url?.protocol === 'rediss:' && { tls: {} }),
    ...commonSettings(options),
  };
}

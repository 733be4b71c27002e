import { isAquiferError } from '../../errors/index.js';
import { type Ioredis, loadIoredis, openClient, openCluster } from './client.js';
import { ClusterLink } from './cluster-link.js';
import { ClusterStore } from './cluster-store.js';
import { RedisKeys } from './keys.js';
import {
  checkOptions,
  clusterPlace,
  commonSettings,
  DEFAULT_PREFIX,
  type RedisStoreOptions,
} from './options.js';
import type { RedisCacheStore } from './redis-store.js';
import { SentinelWatch } from './sentinel-watch.js';
import { SingleLink } from './single-link.js';
import { SingleStore } from './single-store.js';

export { REDIS_DATABASES, type RedisPurpose } from './databases.js';

export { checkEviction, type EvictionCheck, type EvictionNeighbours } from './eviction.js';
export type { RedisAddress, RedisSentinels, RedisStoreOptions } from './options.js';
export type { RedisCacheStore } from './redis-store.js';

/**
 * Opens the shared tier in Redis. A server that is down is no error: calls are refused with AQF_CACHE_STORE_UNAVAILABLE
 * at once until it is there, which is tried at least twice a second.
 * @throws AQF_PEER_MISSING, AQF_CONFIG_INVALID; AQF_CACHE_STORE_REFUSED for a server that would evict the jobs of queues
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisCacheStore> {
  checkOptions(options);
  const ioredis = await loadIoredis();
  const names = new RedisKeys(options.prefix ?? DEFAULT_PREFIX);
  const store = await (options.cluster
    ? openOnCluster(ioredis, options, names)
    : openOnServer(ioredis, options, names));
  await refuseEviction(store);
  return store;
}

/** A server that is down cannot be asked, and is no reason not to open. */
async function refuseEviction(store: RedisCacheStore): Promise<void> {
  try {
    await store.checkEviction();
  } catch (error) {
    if (!isAquiferError(error, 'AQF_CACHE_STORE_REFUSED')) return;
    await store.close();
    throw error;
  }
}

async function openOnServer(ioredis: Ioredis, options: RedisStoreOptions, names: RedisKeys) {
  const { sentinel } = options;
  const switched = () => link.reconnect();
  const watch = sentinel && new SentinelWatch(ioredis, sentinel, commonSettings(options), switched);
  const link = new SingleLink(openClient(ioredis, options), names, () => watch?.stop());
  await link.settled(commonSettings(options).connectTimeout);
  return new SingleStore(link, names);
}

async function openOnCluster(ioredis: Ioredis, options: RedisStoreOptions, names: RedisKeys) {
  const link = new ClusterLink(openCluster(ioredis, options), names, clusterPlace(options));
  await link.settled(commonSettings(options).connectTimeout);
  return new ClusterStore(link, names);
}

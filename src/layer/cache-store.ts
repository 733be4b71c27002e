import { createHash } from 'node:crypto';
import type { CacheStore, RedisStoreOptions } from '../cache/index.js';
import type { AquiferConfig } from '../config/index.js';
import { AquiferError, isAquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';

/** What the caches of several processes share, and a name by which its feed is told from those of other stores. */
export interface OpenedStore {
  readonly store: CacheStore;
  readonly name: string;
}

/** Opens the shared tier that the configuration names; its code is loaded only then. Undefined for none. */
export async function openCacheStore(
  config: AquiferConfig,
  relational: RelationalProvider,
): Promise<OpenedStore | undefined> {
  const { prefix, store } = config.cache;
  if (store === 'redis') return openRedis(config, prefix);
  if (store === 'postgres') return openPostgres(relational, prefix);
  // The embedded database has one process, and nobody to share with.
  if (store === 'memory' || relational.kind !== 'postgres') return undefined;
  return redisOptions(config)
    ? openRedisOrElse(config, relational, prefix)
    : openPostgres(relational, prefix);
}

async function openPostgres(relational: RelationalProvider, prefix: string): Promise<OpenedStore> {
  const { openPostgresStore } = await import('../cache/postgres/index.js');
  return { store: await openPostgresStore({ relational, prefix }), name: `postgres ${prefix}` };
}

/** A REDIS_URL may be meant for another program: without ioredis nobody asked for Redis here. */
async function openRedisOrElse(
  config: AquiferConfig,
  relational: RelationalProvider,
  prefix: string,
): Promise<OpenedStore> {
  try {
    return await openRedis(config, prefix);
  } catch (error) {
    if (isAquiferError(error, 'AQF_PEER_MISSING')) return openPostgres(relational, prefix);
    throw error;
  }
}

async function openRedis(config: AquiferConfig, prefix: string): Promise<OpenedStore> {
  const redis = redisOptions(config);
  if (!redis) {
    throw new AquiferError('AQF_CONFIG_INVALID', 'cache.store is redis, and nothing says where Redis is.', {
      hint: 'Set REDIS_URL=redis://host:6379, or redis.cluster, or redis.sentinels.',
    });
  }
  const { openRedisStore } = await import('../cache/redis/index.js');
  return { store: await openRedisStore({ ...redis, prefix }), name: `redis ${digest(redis)} ${prefix}` };
}

function redisOptions({ redis }: AquiferConfig): RedisStoreOptions | undefined {
  const { url, cluster, sentinels, sentinelName, username, password } = redis;
  const credentials = { ...(username && { username }), ...(password && { password }) };
  if (url !== undefined) return { url: withoutDefaultDatabase(url) };
  if (cluster !== undefined) return { cluster: cluster.split(',').map(address), ...credentials };
  if (sentinels === undefined) return undefined;
  return { sentinel: { name: sentinelName, sentinels: sentinels.split(',').map(address) }, ...credentials };
}

/** `/0` is what everybody writes; the cache has a database of its own. */
function withoutDefaultDatabase(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/0') parsed.pathname = '';
  return parsed.toString();
}

function address(text: string): { host: string; port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

/** Names a server without telling its password. */
function digest(options: RedisStoreOptions): string {
  return createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
}

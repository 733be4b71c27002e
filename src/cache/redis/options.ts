import type { ConnectionOptions } from 'node:tls';
import { AquiferError } from '../../errors/index.js';
import { REDIS_DATABASES } from './databases.js';

/** Where the shared tier is: exactly one of `url`, `host` (or `path`), `cluster` and `sentinel`. */
export interface RedisStoreOptions {
  /** `redis://user:password@host:6379/1`, or `rediss://` for TLS. A database in it wins over `db`. */
  readonly url?: string;
  readonly host?: string;
  /** @default 6379 */
  readonly port?: number;
  /** A Unix socket. */
  readonly path?: string;
  /** Some nodes of a Redis Cluster; the others are found through them. */
  readonly cluster?: readonly (string | RedisAddress)[];
  readonly sentinel?: RedisSentinels;
  readonly username?: string;
  readonly password?: string;
  /** As `tls.connect` takes it; `{}` for the defaults. */
  readonly tls?: ConnectionOptions;
  /** Not for a cluster. @default 1, the database of caches: see `REDIS_DATABASES` */
  readonly db?: number;
  /** In front of every key. @default 'aq:cache:' */
  readonly prefix?: string;
  /** Milliseconds an attempt to connect may take. @default 2000 */
  readonly connectTimeout?: number;
}

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

export interface RedisSentinels {
  /** The name of the group, such as `mymaster`. */
  readonly name: string;
  readonly sentinels: readonly RedisAddress[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

export const DEFAULT_PREFIX = 'aq:cache:';
const DEFAULT_CONNECT_TIMEOUT_MS = 2000;

/** What is the same for every way of connecting, as ioredis names it. */
export interface CommonSettings {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
  readonly connectTimeout: number;
}

export function commonSettings(options: RedisStoreOptions): CommonSettings {
  const { username, password, tls, connectTimeout = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  return {
    connectTimeout,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls }),
  };
}

/** @throws AQF_CONFIG_INVALID */
export function checkOptions(options: RedisStoreOptions): void {
  const { url, host, path, cluster, sentinel, db } = options;
  const ways = [url, host ?? path, cluster, sentinel].filter((way) => way !== undefined);
  if (ways.length !== 1) invalid('Redis needs exactly one of url, host, cluster and sentinel.');
  if (url !== undefined) checkUrl(url);
  for (const node of cluster ?? []) if (typeof node === 'string') checkUrl(node);
  if (cluster?.length === 0) invalid('The list of Redis Cluster nodes is empty.');
  if (sentinel?.sentinels.length === 0) invalid('The list of Redis sentinels is empty.');
  if (cluster && (db ?? 0) !== 0) invalid('A Redis Cluster has database 0 only.');
  if (db !== undefined && !(Number.isInteger(db) && db >= 0))
    invalid('The Redis db is not a whole number from 0.');
}

/** The database to select on a server that is no cluster: of the URL, else the given one, else that of caches. */
export function databaseOf({ url, db = REDIS_DATABASES.cache }: RedisStoreOptions): number {
  const inUrl = url === undefined ? '' : new URL(url).pathname.slice(1);
  return inUrl === '' ? db : Number(inUrl);
}

/** Where a cluster is, for messages: without credentials. */
export function clusterPlace({ cluster = [] }: RedisStoreOptions): string {
  const hosts = cluster.map((node) =>
    typeof node === 'string' ? new URL(node).host : `${node.host}:${node.port}`,
  );
  return `cluster ${hosts.join(', ')}`;
}

/** The text of a wrong URL is not repeated: it may hold a password. */
function checkUrl(url: string): void {
  if (!/^rediss?:\/\//i.test(url) || !URL.canParse(url)) {
    invalid('The Redis URL is not of the form redis://user:password@host:port/db.');
  }
  if (!/^\/?\d*$/.test(new URL(url).pathname)) invalid('The database in the Redis URL is not a number.');
}

function invalid(message: string): never {
  throw new AquiferError('AQF_CONFIG_INVALID', message);
}

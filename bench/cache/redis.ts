import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

/** Where scripts/services puts Redis. */
const SERVICE_URL = 'redis://127.0.0.1:6479';
/** The database of caches. */
const DATABASE = 1;

/** The server that `--redis` names, else that of the tests, with the database to use. */
export function redisUrl(option: string | undefined): string {
  const url = new URL(option ?? (process.env.AQUIFER_TEST_REDIS_URL || SERVICE_URL));
  if (url.pathname.length < 2) url.pathname = `/${DATABASE}`;
  return url.href;
}

/** A prefix that nobody else uses while `work` runs; what is under it afterwards is removed. */
export async function withPrefix<T>(url: string, work: (prefix: string) => Promise<T>): Promise<T> {
  const prefix = `aquifer-bench:${randomUUID()}:`;
  try {
    return await work(prefix);
  } finally {
    await withRedis(url, (redis) => removeUnder(redis, prefix));
  }
}

/** ioredis as it is, or with its pipelining on, connected while `work` runs. */
export async function withRedis<T>(
  url: string,
  work: (redis: Redis) => Promise<T>,
  options: { readonly enableAutoPipelining?: true } = {},
): Promise<T> {
  const redis = new Redis(url, options);
  try {
    await redis.ping();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function removeUnder(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
}

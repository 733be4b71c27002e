import { loadPeer } from '../peers/index.js';
import type { Bucket, BucketStore, Taken } from './buckets.js';

const PEER = { name: 'ioredis', install: 'ioredis@6', neededBy: 'Counting rate limits in Redis' };
const TIMEOUT_MS = 1000;

/** What of a client of Redis is needed. */
export interface ScriptRunner {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  disconnect(): void;
}

/** Time is the server's own, so that the clocks of those who ask need not agree. */
const TAKE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local cost, wait, levels = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local capacity, rate = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local stored = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(stored[1]) or capacity
  tokens = math.min(capacity, tokens + math.max(0, now - (tonumber(stored[2]) or now)) * rate)
  levels[i] = tokens
  wait = math.max(wait, (cost - tokens) / rate)
end
for i, key in ipairs(KEYS) do
  local capacity, rate = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  if wait <= 0 then levels[i] = levels[i] - cost end
  redis.call('HSET', key, 'tokens', tostring(levels[i]), 'at', tostring(now))
  redis.call('PEXPIRE', key, math.ceil(capacity / rate * 1000) + 1000)
  levels[i] = tostring(levels[i])
end
return { tostring(math.max(0, wait)), unpack(levels) }`;

/** Buckets in Redis. In a cluster the names of one call must share a slot: they carry the tenant in braces. */
export class RedisBuckets implements BucketStore {
  readonly #redis: ScriptRunner;
  readonly #prefix: string;

  constructor(redis: ScriptRunner, prefix = 'aquifer:rate:') {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** @throws AQF_PEER_MISSING. A server that is away is no reason not to open: `take` rejects until it is there. */
  static async connect(url: string): Promise<RedisBuckets> {
    const { Redis: Client } = await loadPeer(PEER, () => import('ioredis'));
    const client = new Client(url, {
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      maxRetriesPerRequest: 0,
    });
    client.on('error', () => undefined);
    return new RedisBuckets(client);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async take(buckets: readonly Bucket[], cost = 1): Promise<Taken> {
    const keys = buckets.map(({ name }) => this.#prefix + name);
    const rates = buckets.flatMap(({ capacity, perSecond }) => [capacity, perSecond]);
    const answer = (await this.#redis.eval(TAKE, keys.length, ...keys, cost, ...rates)) as string[];
    const [wait = 0, ...remaining] = answer.map(Number);
    return { wait, remaining };
  }
}

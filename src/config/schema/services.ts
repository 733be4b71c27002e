import { z } from 'zod';
import { isRedisUrl } from '../url.js';
import { settingRegistry } from './setting.js';

const addresses = (description: string, variables: readonly string[]) =>
  z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description,
      allowed: 'host:port,host:port',
      variables,
    });

export const redis = z.strictObject({
  url: z
    .string()
    .refine(isRedisUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description:
        'Connection URL of the Redis server for the shared cache. Each purpose has a database of its own there, unless the URL names one other than 0.',
      allowed:
        'redis://user:password@host:6379/0, or rediss:// for TLS, with special characters of the password percent-encoded',
      variables: ['AQUIFER_REDIS_URL', 'REDIS_URL'],
    }),
  cluster: addresses(
    'Some nodes of a Redis Cluster, in place of `redis.url`; the others are found through them.',
    ['AQUIFER_REDIS_CLUSTER', 'REDIS_CLUSTER_NODES'],
  ),
  sentinels: addresses('Redis Sentinels that know the primary, in place of `redis.url`.', [
    'AQUIFER_REDIS_SENTINELS',
    'REDIS_SENTINELS',
  ]),
  sentinelName: z
    .string()
    .min(1)
    .default('mymaster')
    .register(settingRegistry, {
      kind: 'text',
      description: 'The name under which the sentinels know the primary.',
      allowed: 'a text',
      variables: ['AQUIFER_REDIS_SENTINEL_NAME', 'REDIS_SENTINEL_NAME'],
    }),
  username: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description: 'User of the nodes of a cluster, or of the servers behind sentinels.',
      allowed: 'a text',
      variables: ['AQUIFER_REDIS_USERNAME', 'REDIS_USERNAME'],
    }),
  password: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description: 'Password of the nodes of a cluster, or of the servers behind sentinels.',
      allowed: 'a text',
      variables: ['AQUIFER_REDIS_PASSWORD', 'REDIS_PASSWORD'],
    }),
});

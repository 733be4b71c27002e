import { z } from 'zod';
import { choice, settingRegistry, wholeNumber } from './setting.js';

export const cache = z.strictObject({
  store: choice(['auto', 'redis', 'postgres', 'memory'], 'auto', {
    description:
      'What the caches of several processes share: `redis`, `postgres` (tables of the database) or `memory` (nothing: each process has its own). `auto` is `memory` on the embedded database; on a server `redis` where `redis.url`, `redis.cluster` or `redis.sentinels` is set and `ioredis` is installed, otherwise `postgres`.',
    variables: ['AQUIFER_CACHE_STORE'],
  }),
  prefix: z
    .string()
    .regex(/^[\w:.-]{1,64}$/)
    .default('aq:cache:')
    .register(settingRegistry, {
      kind: 'text',
      description: 'In front of every name in the shared store: one for each application that shares it.',
      allowed: '1 to 64 letters, digits and : . _ -',
      variables: ['AQUIFER_CACHE_PREFIX'],
    }),
  version: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('1')
    .register(settingRegistry, {
      kind: 'text',
      description:
        'The shape of the values you cache. After a deploy with another one, values of the old shape are not read.',
      allowed: '1 to 64 letters, digits and . _ -',
      variables: ['AQUIFER_CACHE_VERSION'],
    }),
  maxEntries: wholeNumber({
    min: 0,
    max: 100_000_000,
    default: 100_000,
    description: 'Values kept in this process, over all tenants; the least recently used leave first.',
    variables: ['AQUIFER_CACHE_MAX_ENTRIES'],
  }),
  maxMb: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 64,
    description:
      'Mebibytes that they may take, about. A value above an eighth of it is not kept in the process.',
    variables: ['AQUIFER_CACHE_MAX_MB'],
  }),
  stalenessMs: wholeNumber({
    min: 500,
    max: 3_600_000,
    default: 1000,
    description:
      'Milliseconds for which a value may at most be served after it was invalidated elsewhere, whatever fails.',
    variables: ['AQUIFER_CACHE_STALENESS_MS'],
  }),
  ttlMs: wholeNumber({
    min: 1,
    max: 2_592_000_000,
    default: 300_000,
    description: 'Milliseconds for which a value is fresh where no ttl is given.',
    variables: ['AQUIFER_CACHE_TTL_MS'],
  }),
  deadlineMs: wholeNumber({
    min: 1,
    max: 60_000,
    default: 50,
    description:
      'Milliseconds that the shared store may at most take to answer, until the cache goes on without it.',
    variables: ['AQUIFER_CACHE_DEADLINE_MS'],
  }),
  compressAboveBytes: wholeNumber({
    min: 0,
    max: 1_000_000_000,
    default: 0,
    description: 'Bytes above which values in the shared store are compressed; 0 for never.',
    variables: ['AQUIFER_CACHE_COMPRESS_ABOVE_BYTES'],
  }),
});

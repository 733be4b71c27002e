import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { openRedisStore } from '../../src/cache/redis/index.js';
import { cacheStoreConformance } from '../../src/cache/store/conformance.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';

describe.skipIf(!(await serviceAvailable('redis')))('the shared tier in Redis', () => {
  const prefix = `aqtest:${randomUUID()}:`;
  cacheStoreConformance('Redis, one server', () => openRedisStore({ url: serviceUrl('redis'), prefix }));
});

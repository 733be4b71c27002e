import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { openRedisStore } from '../../src/cache/redis/index.js';
import { cacheStoreConformance } from '../../src/cache/store/conformance.js';
import { StoreGuard } from '../../src/cache/store/guard/index.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { ChaosStore } from '../support/chaos-store.js';

/** Conformance is not about speed. */
const PATIENT = { deadlineMs: 10_000, minDeadlineMs: 10_000, writeDeadlineMs: 10_000 };

describe.skipIf(!(await serviceAvailable('redis')))('a guard', () => {
  const prefix = `aqtest:${randomUUID()}:`;
  cacheStoreConformance('Redis, guarded, through faults that are switched off', async () => {
    const store = await openRedisStore({ url: serviceUrl('redis'), prefix });
    return new StoreGuard(new ChaosStore(store), PATIENT);
  });
});

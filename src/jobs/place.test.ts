import { describe, expect, test } from 'vitest';
import { queuePlace } from './place.js';

const redisUrl = 'redis://127.0.0.1:6379';

describe('the place of queues', () => {
  test('is Redis where there is one, unless the database is asked for', () => {
    expect(queuePlace({ queue: 'auto', redisUrl })).toEqual({ redis: { url: redisUrl } });
    expect(queuePlace({ queue: 'auto' })).toEqual({});
    expect(queuePlace({ queue: 'postgres', redisUrl })).toEqual({});
  });

  test('must be known when it is asked for', () => {
    expect(queuePlace({ queue: 'redis', redisUrl })).toEqual({ redis: { url: redisUrl } });
    expect(() => queuePlace({ queue: 'redis' })).toThrow(
      expect.objectContaining({ code: 'AQF_CONFIG_INVALID' }),
    );
  });
});

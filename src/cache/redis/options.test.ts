import { describe, expect, it } from 'vitest';
import { checkOptions, clusterPlace, databaseOf, type RedisStoreOptions } from './options.js';

const INVALID = expect.objectContaining({ code: 'AQF_CONFIG_INVALID' });
const SENTINELS = { name: 'main', sentinels: [{ host: 'a', port: 26379 }] };

describe('the options of a cache in Redis', () => {
  it.each<[string, RedisStoreOptions]>([
    ['a URL', { url: 'redis://user:pass@host:6379/3' }],
    ['a URL for TLS', { url: 'rediss://host' }],
    ['a host', { host: 'localhost', port: 1, db: 0 }],
    ['a socket', { path: '/run/redis.sock' }],
    ['a cluster', { cluster: ['redis://a:1', { host: 'b', port: 2 }] }],
    ['sentinels', { sentinel: SENTINELS, db: 4 }],
  ])('may be %s', (_, options) => {
    expect(() => checkOptions(options)).not.toThrow();
  });

  it.each<[string, RedisStoreOptions]>([
    ['nothing', {}],
    ['two at once', { url: 'redis://a', host: 'b' }],
    ['a URL of something else', { url: 'postgres://a:secret@b' }],
    ['no URL at all', { url: 'secret' }],
    ['a URL with a database that is no number', { url: 'redis://:secret@a/cache' }],
    ['a cluster without nodes', { cluster: [] }],
    ['a cluster with a database', { cluster: ['redis://a'], db: 1 }],
    ['a cluster with a wrong URL', { cluster: ['secret'] }],
    ['a group without sentinels', { sentinel: { name: 'main', sentinels: [] } }],
    ['a database that is none', { host: 'a', db: -1 }],
  ])('may not be %s, and no secret is repeated', (_, options) => {
    expect(() => checkOptions(options)).toThrow(INVALID);
    expect(() => checkOptions(options)).not.toThrow(/secret/);
  });

  it('take the database of the URL, else the given one, else that of caches', () => {
    expect(databaseOf({ url: 'redis://a/3', db: 2 })).toBe(3);
    expect(databaseOf({ url: 'redis://a/0', db: 2 })).toBe(0);
    expect(databaseOf({ url: 'redis://a', db: 2 })).toBe(2);
    expect(databaseOf({ url: 'redis://a/' })).toBe(1);
    expect(databaseOf({ host: 'a' })).toBe(1);
  });

  it('name a cluster without credentials', () => {
    const cluster = ['redis://user:secret@a:1', { host: 'b', port: 2 }];
    expect(clusterPlace({ cluster })).toBe('cluster a:1, b:2');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composePostgresUrl } from './postgres-parts.js';
import { isHttpUrl, isPostgresUrl, isRedisUrl, parseUrl } from './url.js';

describe('connection URLs', () => {
  it.each([
    'postgres://localhost/shop',
    'postgresql://app:secret@db.example:5432/shop?sslmode=require',
    'postgres://app@[::1]:5432/shop',
    'postgres:///shop?host=/var/run/postgresql',
    'postgres://app:secret@/shop?host=/cloudsql/project:region:instance',
    'POSTGRES://db/shop',
  ])('accepts %s as a PostgreSQL server', (url) => {
    expect(isPostgresUrl(url)).toBe(true);
  });

  it.each([
    ['another scheme', 'mysql://app:secret@db/shop'],
    ['no scheme', 'app:secret@db/shop'],
    ['no host and no socket', 'postgres:///shop'],
    ['a port without a host', 'postgres://:5432/shop'],
    ['a port beyond 65535', 'postgres://db:70000/shop'],
    ['two hosts', 'postgres://a:5432,b:5432/shop'],
    ['white space', 'postgres://db/my shop'],
    ['a bare # in the password', 'postgres://app:12#34@db/shop'],
    ['a bare / in the password', 'postgres://app:12/34@db/shop'],
    ['a bare ? in the password', 'postgres://app:12?34@db/shop'],
    ['a bare % in the password', 'postgres://app:50%off@db/shop'],
    ['nothing', ''],
  ])('refuses %s', (_, url) => {
    expect(isPostgresUrl(url)).toBe(false);
  });

  it('knows the schemes of Redis and of HTTP', () => {
    expect(isRedisUrl('redis://:secret@cache:6379/0')).toBe(true);
    expect(isRedisUrl('rediss://cache')).toBe(true);
    expect(isRedisUrl('http://cache')).toBe(false);
    expect(isRedisUrl('redis:///0')).toBe(false);
    expect(isHttpUrl('https://chroma.example:8000/')).toBe(true);
    expect(isHttpUrl('chroma.example:8000')).toBe(false);
  });
});

describe('a URL composed of parts', () => {
  it('names a Unix socket as the host parameter', () => {
    const url = composePostgresUrl({
      host: '/cloudsql/p:r:i',
      user: 'app',
      password: 'x',
      database: 'shop',
      port: '6543',
    });
    expect(url).toBe('postgres://app:x@/shop?host=%2Fcloudsql%2Fp%3Ar%3Ai&port=6543');
    expect(isPostgresUrl(url)).toBe(true);
  });

  it('puts an IPv6 address in brackets', () => {
    expect(composePostgresUrl({ host: '::1', port: '5432', database: 'shop' })).toBe(
      'postgres://[::1]:5432/shop',
    );
  });

  it('gives every user, password and database name back unchanged', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        part,
        part,
        part,
        fc.constantFrom('db.example', '/run/pg'),
        (user, password, database, host) => {
          const text = composePostgresUrl({ host, user, password, database });
          expect(isPostgresUrl(text)).toBe(true);
          const url = parseUrl(text);
          expect(decodeURIComponent(url?.username ?? '')).toBe(user);
          expect(decodeURIComponent(url?.password ?? '')).toBe(password);
          expect(decodeURIComponent(url?.path ?? '')).toBe(`/${database}`);
        },
      ),
    );
  });
});

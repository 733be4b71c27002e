import { expect, test } from 'vitest';
import { clusterUrls } from './urls.js';

test('every server of a cluster is reached with the credentials and parameters of the first', () => {
  const url = 'postgres://app:p%40ss@db1:5432/shop?sslmode=verify-full';
  expect(clusterUrls(url, ['db2', 'db1:5432', 'db3:5433', '[::1]:5432', '/cloudsql/p:r:i'])).toEqual([
    url,
    'postgres://app:p%40ss@db2/shop?sslmode=verify-full',
    'postgres://app:p%40ss@db3:5433/shop?sslmode=verify-full',
    'postgres://app:p%40ss@[::1]:5432/shop?sslmode=verify-full',
    'postgres://app:p%40ss@/shop?sslmode=verify-full&host=%2Fcloudsql%2Fp%3Ar%3Ai',
  ]);
});

test('a server named by its socket can have others that are named otherwise', () => {
  expect(
    clusterUrls('postgres://app@/shop?host=/cloudsql/a&pgbouncer=true', ['db2:5432', '/cloudsql/b']),
  ).toEqual([
    'postgres://app@/shop?host=/cloudsql/a&pgbouncer=true',
    'postgres://app@db2:5432/shop?pgbouncer=true',
    'postgres://app@/shop?pgbouncer=true&host=%2Fcloudsql%2Fb',
  ]);
});

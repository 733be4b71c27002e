import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ChromaApi } from './chroma-api.js';
import { s3Credentials, serviceAvailable, serviceUrl } from './services.js';

const hasPostgres = await serviceAvailable('postgres');
const hasStandby = hasPostgres && (await serviceAvailable('postgres-standby'));
const hasRedis = await serviceAvailable('redis');
const hasChroma = await serviceAvailable('chroma');
const hasS3 = await serviceAvailable('s3');

describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  const client = new pg.Client(serviceUrl('postgres'));
  beforeAll(() => client.connect());
  afterAll(() => client.end());

  test('is version 17', async () => {
    const { rows } = await client.query('show server_version_num');
    expect(rows[0].server_version_num).toMatch(/^17\d{4}$/);
  });

  test('orders vectors by distance with pgvector', async () => {
    await client.query('create extension if not exists vector');
    const { rows } = await client.query(
      `select name, embedding <=> '[1,0,0]' as distance
         from (values ('across', '[0,1,0]'::vector), ('near', '[2,0,0]')) as point (name, embedding)
        order by distance`,
    );
    expect(rows).toEqual([
      { name: 'near', distance: 0 },
      { name: 'across', distance: 1 },
    ]);
  });
});

describe.skipIf(!hasStandby)('PostgreSQL hot standby', () => {
  const primary = new pg.Client(serviceUrl('postgres'));
  const standby = new pg.Client(serviceUrl('postgres-standby'));
  const table = `smoke_${randomUUID().replaceAll('-', '')}`;
  beforeAll(() => Promise.all([primary.connect(), standby.connect()]));
  afterAll(async () => {
    await primary.query(`drop table if exists ${table}`);
    await Promise.all([primary.end(), standby.end()]);
  });

  test('is in recovery and refuses writes', async () => {
    const { rows } = await standby.query('select pg_is_in_recovery() as in_recovery');
    expect(rows).toEqual([{ in_recovery: true }]);
    await expect(standby.query(`create table ${table} ()`)).rejects.toMatchObject({ code: '25006' });
  });

  test('shows a row that was written on the primary', async () => {
    await primary.query(`create table ${table} as select 'written on the primary' as value`);
    await vi.waitFor(
      async () => {
        const { rows } = await standby.query(`select value from ${table}`);
        expect(rows).toEqual([{ value: 'written on the primary' }]);
      },
      { timeout: 10_000 },
    );
  });
});

describe.skipIf(!hasRedis)('Redis', () => {
  const redis = new Redis(serviceUrl('redis'), { lazyConnect: true });
  const key = `smoke:${randomUUID()}`;
  beforeAll(() => redis.connect());
  afterAll(() => redis.quit());

  test('is version 7', async () => {
    expect(await redis.info('server')).toMatch(/^redis_version:7\./m);
  });

  test('gives back what was set, until it is deleted', async () => {
    await redis.set(key, 'value', 'PX', 60_000);
    expect(await redis.get(key)).toBe('value');
    expect(await redis.del(key)).toBe(1);
    expect(await redis.get(key)).toBeNull();
  });

  test('never evicts a key, as queues need it', async () => {
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  });
});

describe.skipIf(!hasChroma)('Chroma', () => {
  const chroma = new ChromaApi(serviceUrl('chroma'));
  const name = `smoke-${randomUUID()}`;
  const compass = [
    [1, 0],
    [0, 1],
  ];

  test('answers its heartbeat', async () => {
    expect(await chroma.heartbeat()).toBeGreaterThan(0);
  });

  test('finds the nearest of the given embeddings, until the collection is deleted', async () => {
    const id = await chroma.createCollection(name);
    await chroma.add(id, { ids: ['east', 'north'], embeddings: compass });
    expect(await chroma.nearest(id, [0.9, 0.1], 2)).toEqual(['east', 'north']);
    await chroma.deleteCollection(name);
    expect(await chroma.collectionNames()).not.toContain(name);
  });
});

describe.skipIf(!hasS3)('S3', () => {
  const s3 = new S3Client({
    endpoint: serviceUrl('s3'),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: s3Credentials(),
  });
  const Bucket = `smoke-${randomUUID()}`;
  const Key = 'folder/ünïcode name.txt';
  beforeAll(() => s3.send(new CreateBucketCommand({ Bucket })));
  afterAll(async () => {
    await s3.send(new DeleteBucketCommand({ Bucket }));
    s3.destroy();
  });

  test('gives back an object with its type, until it is deleted', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ContentType: 'text/plain' }));
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('content');
    expect(ContentType).toBe('text/plain');
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toBeInstanceOf(NoSuchKey);
  });
});

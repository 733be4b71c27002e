import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, type ClientOptions, createClient, type LiveChange } from '../../src/client/index.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let served: ServedLayer;
let key: string;
beforeAll(async () => {
  served = await serveLayer();
  key = await served.key('acme', ['admin']);
});
afterAll(() => served.close());

const client = (options: Partial<ClientOptions> = {}) => createClient({ url: served.url, key, ...options });

const document = (source: string) => ({
  body: { source, text: `Travel of ${source} is approved by its manager.` },
});

describe('a client', () => {
  test('reads, writes and searches by typed routes', async () => {
    const aquifer = client();
    const stored = await aquifer.post('/api/documents', document('one'));
    const documentId = 'documentId' in stored ? stored.documentId : '';
    expect(await aquifer.get('/api/documents/{id}', { params: { id: documentId } })).toMatchObject({
      source: 'one',
    });
    const { results } = await aquifer.post('/api/search', { body: { question: 'who approves travel?' } });
    expect(results[0]).toMatchObject({ source: 'one' });
    const { items, next } = await aquifer.get('/api/documents', { query: { limit: 1 } });
    expect([items.length, typeof next]).toEqual([1, 'string']);
    expect(await aquifer.delete('/api/documents/{id}', { params: { id: documentId } })).toBeUndefined();
    // @ts-expect-error there is no such route
    await expect(aquifer.get('/api/nowhere')).rejects.toMatchObject({ code: 'AQF_ROUTE_NOT_FOUND' });
    // @ts-expect-error the id is missing
    await expect(aquifer.get('/api/documents/{id}')).rejects.toBeInstanceOf(ApiError);
  });

  test('throws what the server says is wrong, with code and hint', async () => {
    const attempt = client().get('/api/documents/{id}', { params: { id: '999999' } });
    await expect(attempt).rejects.toMatchObject({
      name: 'ApiError',
      status: 404,
      code: 'AQF_DOCUMENT_NOT_FOUND',
      hint: expect.stringMatching(/\w/),
      requestId: expect.any(String),
    });
    await expect(client({ key: 'wrong' }).get('/api/session')).rejects.toMatchObject({
      code: 'AQF_CREDENTIAL_INVALID',
    });
    const nowhere = client({ url: 'http://127.0.0.1:1', retries: 0 }).get('/api/session');
    await expect(nowhere).rejects.toMatchObject({ code: 'AQF_CLIENT_UNREACHABLE', status: 0 });
  });

  test('repeats what may be repeated, as late as the server asks, and a write under one key', async () => {
    const sent: Headers[] = [];
    const failures = [
      () => new Response('busy', { status: 429, headers: { 'retry-after': '0' } }),
      () => new Response('gone', { status: 503, headers: { 'retry-after': '0' } }),
      () => {
        throw new TypeError('fetch failed');
      },
    ];
    const aquifer = client({
      fetch: async (url, init) => {
        sent.push(new Headers(init.headers));
        return failures.shift()?.() ?? fetch(url, init);
      },
    });
    await aquifer.post('/api/documents', document('two'));
    expect(sent.length).toBe(4);
    expect(new Set(sent.map((headers) => headers.get('idempotency-key'))).size).toBe(1);
    await aquifer.post('/api/search', { body: { question: 'travel' } });
    expect(sent.at(-1)?.has('idempotency-key')).toBe(false);
  });

  test('does not repeat what is refused, nor more often than it may', async () => {
    let asked = 0;
    const answering = (status: number) =>
      client({
        retries: 2,
        fetch: async () => {
          asked++;
          return new Response('', { status, headers: { 'retry-after': '0' } });
        },
      });
    await expect(answering(400).get('/api/session')).rejects.toMatchObject({ status: 400 });
    expect(asked).toBe(1);
    await expect(answering(503).get('/api/session')).rejects.toMatchObject({ status: 503 });
    expect(asked).toBe(4);
    const ends = AbortSignal.abort(new Error('enough'));
    await expect(client().get('/api/session', { signal: ends })).rejects.toThrow('enough');
  });

  test('does a write once that is sent twice under one key', async () => {
    const idempotencyKey = randomUUID();
    const first = await client().request('POST /api/documents', { ...document('twice'), idempotencyKey });
    const second = await client().request('POST /api/documents', { ...document('twice'), idempotencyKey });
    expect(second.data).toEqual(first.data);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  test('carries along how far its writes went', async () => {
    const positions: (string | null)[] = [];
    const aquifer = client({
      fetch: async (_, init) => {
        positions.push(new Headers(init.headers).get('aquifer-position'));
        return Response.json({}, { headers: { 'aquifer-position': `p${positions.length}` } });
      },
    });
    await aquifer.get('/api/session');
    await aquifer.get('/api/session');
    expect(positions).toEqual([null, 'p1']);
  });

  test('uploads files and tells how far it is', async () => {
    const told: [number, number][] = [];
    const file = new File(['Lunch is at noon. '.repeat(20_000)], 'lunch.txt', { type: 'text/plain' });
    const { uploads } = await client().upload(file, {
      metadata: { by: 'test' },
      onProgress: (sent, total) => told.push([sent, total]),
    });
    expect(uploads).toMatchObject([{ fileName: 'lunch.txt', bytes: file.size }]);
    const [sent, total] = told.at(-1) ?? [0, 0];
    expect(told.length).toBeGreaterThan(1);
    expect(sent).toBe(total);
    expect(sent).toBeGreaterThan(file.size);
    const plain = await client().upload(new File(['x'], 'x.txt'));
    expect(plain.uploads.length).toBe(1);
  });
});

describe('live changes of a client', () => {
  test('go on where they were when the connection was cut, each once', async () => {
    await using proxy = await TcpProxy.before(Number(new URL(served.url).port));
    const ends = new AbortController();
    const following: string[] = [];
    // Of another tenant: uploads become documents when they do.
    const other = await served.key('followed');
    const changes = client({ url: `http://127.0.0.1:${proxy.port}`, key: other }).live({
      entity: 'aquifer.documents',
      operations: ['insert'],
      signal: ends.signal,
      onFollowing: (position) => following.push(position),
    });
    const heard: LiveChange[] = [];
    const first = changes.next();
    await expect.poll(() => following.length).toBe(1);
    const written: string[] = [];
    const write = async (source: string) => {
      const stored = await client({ key: other }).post('/api/documents', document(source));
      written.push('documentId' in stored ? stored.documentId : '');
    };
    await write('live-0');
    heard.push((await first).value);
    for (let n = 1; n < 4; n++) {
      proxy.cutAll();
      await write(`live-${n}`);
      heard.push((await changes.next()).value);
    }
    expect(heard.map(({ event }) => event.rowId)).toEqual(written);
    expect(following.length).toBeGreaterThan(2);
    ends.abort();
    expect(await changes.next()).toMatchObject({ done: true });
  });

  test('end with what will not pass, and begin anew after a loss where that is wanted', async () => {
    const next = (options: Parameters<ReturnType<typeof client>['live']>[0], as = key) =>
      client({ key: as }).live(options).next();
    await expect(next({}, 'wrong')).rejects.toMatchObject({ code: 'AQF_CREDENTIAL_INVALID' });
    await expect(next({ position: 'nonsense' })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    const viewer = await served.key('acme', undefined, ['people:read']);
    await expect(next({ entity: 'aquifer.documents' }, viewer)).rejects.toMatchObject({
      code: 'AQF_PERMISSION_DENIED',
    });
    const follower = await served.layer.scope({ tenantId: 'acme' }).follow();
    const parts = Buffer.from(follower.position, 'base64url').toString().split('~');
    await follower.close();
    const lost = Buffer.from(parts.with(1, '1.1.1').join('~')).toString('base64url');
    await expect(next({ position: lost })).rejects.toMatchObject({ code: 'AQF_POSITION_LOST' });
    const told: string[] = [];
    const ends = new AbortController();
    const changes = client().live({
      position: lost,
      signal: ends.signal,
      onLost: () => told.push('lost'),
      onFollowing: () => told.push('following'),
    });
    const pending = changes.next();
    await expect.poll(() => told).toEqual(['lost', 'following']);
    ends.abort();
    expect(await pending).toMatchObject({ done: true });
  });
});

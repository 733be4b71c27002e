import { readdirSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { type Ask, asking, form, uploaded } from './support/documents.js';

const kinds = (await serviceAvailable('postgres'))
  ? (['embedded', 'postgres'] as const)
  : (['embedded'] as const);
const json = (body: unknown, headers: Record<string, string> = {}) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe.each(kinds)('documents over HTTP (%s)', (kind) => {
  let database: TestDatabase | undefined;
  let served: ServedLayer;
  let alice: Ask;
  let bob: Ask;
  let viewer: Ask;
  let key: string;

  beforeAll(async () => {
    database = kind === 'postgres' ? await createTestDatabase() : undefined;
    served = await serveLayer(database ? { relational: { provider: 'postgres', url: database.url } } : {});
    key = await served.key('alice', ['owner']);
    alice = asking(served, key);
    bob = asking(served, await served.key('bob', ['owner']));
    viewer = asking(served, await served.key('alice', ['viewer']));
  });
  afterAll(async () => {
    await served.close();
    await database?.drop();
  });

  const store = async (source: string, text = 'The heron waits at the weir.') =>
    (await alice('POST', '/api/documents', json({ source, text }))).body.documentId as string;

  it('stores a text at once, and shows what it consists of', async () => {
    const answer = await alice(
      'POST',
      '/api/documents',
      json({ source: 'a.md', text: 'The kingfisher.', title: 'Bird' }),
    );
    expect(answer).toMatchObject({ status: 201, body: { status: 'added', title: 'Bird' } });
    const path = answer.headers.get('location') ?? '';
    const { body } = await alice('GET', path);
    expect(body).toMatchObject({ title: 'Bird', chunks: 1, hasOriginal: false, deletedAt: null });
    expect((await alice('GET', `${path}/text`)).body).toEqual({ content: 'The kingfisher.' });
    const chunks = await alice('GET', `${path}/chunks?limit=1`);
    expect(chunks.body.items[0]).toMatchObject({ ordinal: 0, content: 'The kingfisher.', start: 0, end: 15 });
    expect((await alice('GET', `${path}/chunks?limit=1&after=${chunks.body.next}`)).body.items).toEqual([]);
    expect((await alice('GET', `${path}/original`)).body.code).toBe('AQF_FILE_NOT_FOUND');
    await alice('DELETE', path);
  });

  it('goes from delete to restore, and tells it in the history', async () => {
    const id = await store('walk.txt');
    expect((await alice('DELETE', `/api/documents/${id}`)).status).toBe(204);
    expect((await alice('GET', '/api/documents')).body.items).toEqual([]);
    const trash = await alice('GET', '/api/documents?deleted=true&limit=1');
    expect(trash.body.items).toMatchObject([{ id, source: 'walk.txt' }]);
    expect((await alice('GET', `/api/documents/${id}`)).body.deletedAt).toMatch(/^\d{4}-/);
    expect((await alice('GET', `/api/documents/${id}/text`)).body.content).toContain('heron');
    const restored = await alice('POST', `/api/documents/${id}/restore`);
    expect(restored).toMatchObject({ status: 200, body: { id, embedding: 'current', deletedAt: null } });
    const history = await alice('GET', `/api/documents/${id}/history`);
    const told = history.body.items.map(({ operation }: { operation: string }) => operation);
    expect(told).toEqual(['restore', 'delete', 'insert']);
    expect(history.body.items[1].actorId).toMatch(/^key:/);
    expect(history.body.items[1].requestId).toBeTruthy();
    const audit = await alice('GET', `/api/audit?entity=aquifer.documents&rowId=${id}`);
    expect(audit.body.items).toHaveLength(3);
    const again = await alice('POST', `/api/documents/${id}/reembed`);
    expect(again).toMatchObject({ status: 202, body: { documentId: id } });
    await alice('DELETE', `/api/documents/${id}`);
  });

  it('answers with the original as it came, to be saved and not shown, and 304 to whoever has it', async () => {
    const [{ documentId }] = await uploaded(
      alice,
      form([['naïve.html', '<h1>Weir</h1><p>eels</p>', 'text/html']]),
    );
    const path = `/api/documents/${documentId}/original`;
    const { status, headers, body } = await alice('GET', path);
    expect({ status, body }).toEqual({ status: 200, body: '<h1>Weir</h1><p>eels</p>' });
    expect(headers.get('content-type')).toBe('text/html');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="na_ve.html"; filename\*=UTF-8''na%C3%AFve/,
    );
    const tag = headers.get('etag') ?? '';
    const known = await alice('GET', path, { headers: { 'if-none-match': tag } });
    expect(known).toMatchObject({ status: 304, body: '' });
    const document = await alice('GET', `/api/documents/${documentId}`);
    const same = await alice('GET', `/api/documents/${documentId}`, {
      headers: { 'if-none-match': document.headers.get('etag') ?? '' },
    });
    expect(same.status).toBe(304);
    await alice('DELETE', `/api/documents/${documentId}`);
  });

  it('writes once for one idempotency key, as text and as a file', async () => {
    const first = await alice(
      'POST',
      '/api/documents',
      json({ source: 'i', text: 'once' }, { 'idempotency-key': 'k1' }),
    );
    const again = await alice(
      'POST',
      '/api/documents',
      json({ source: 'i', text: 'once' }, { 'idempotency-key': 'k1' }),
    );
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const parts =
      '--b\r\ncontent-disposition: form-data; name="file"; filename="f.txt"\r\n\r\nonce\r\n--b--\r\n';
    const init = {
      body: parts,
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'idempotency-key': 'k2' },
    };
    const one = await alice('POST', '/api/documents', init);
    const two = await alice('POST', '/api/documents', init);
    expect(one.status).toBe(202);
    expect(two.status).toBe(202);
    expect(two.body.uploads[0].id).toBe(one.body.uploads[0].id);
    await alice('DELETE', `/api/documents/${first.body.documentId}`);
  });

  it('is closed to others, and to keys that may only read', async () => {
    const id = await store('closed.txt');
    for (const [method, part] of [
      ['GET', ''],
      ['GET', '/text'],
      ['GET', '/chunks'],
      ['GET', '/original'],
      ['GET', '/history'],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['POST', '/reembed'],
    ] as const)
      expect(await bob(method, `/api/documents/${id}${part}`)).toMatchObject({
        status: 404,
        body: { code: 'AQF_DOCUMENT_NOT_FOUND' },
      });
    expect((await viewer('GET', `/api/documents/${id}`)).status).toBe(200);
    expect((await viewer('DELETE', `/api/documents/${id}`)).status).toBe(403);
    expect((await viewer('POST', '/api/documents', { body: form([['x.txt', 'x']]) })).status).toBe(403);
    await alice('DELETE', `/api/documents/${id}`);
    expect((await bob('POST', `/api/documents/${id}/restore`)).status).toBe(404);
  });

  it('leaves nothing behind of a connection that is cut in the middle of a file', async () => {
    const folder = join(served.layer.config.values.dataDir, 'files');
    const before = readdirSync(folder, { recursive: true }).length;
    const { body: uploads } = await alice('GET', '/api/uploads');
    for (const length of [100, 300_000]) {
      const cut = await breakOff(
        served.url,
        key,
        length,
        () => readdirSync(join(folder, 'incoming')).length > 0,
      );
      expect(cut).toBe(true);
      await expect.poll(() => readdirSync(folder, { recursive: true }).length).toBe(before);
    }
    expect((await alice('GET', '/api/uploads')).body).toEqual(uploads);
  });
});

/** Sends the beginning of a file until the server has begun to keep it, and cuts the connection. */
function breakOff(url: string, key: string, length: number, begun: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const request = send(`${url}/api/documents`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'multipart/form-data; boundary=cut',
        'content-length': 10_000_000,
      },
    });
    request.on('error', () => undefined);
    request.write('--cut\r\ncontent-disposition: form-data; name="file"; filename="cut.txt"\r\n\r\n');
    request.write(Buffer.alloc(length, 'x'));
    const looking = setInterval(() => {
      if (!begun()) return;
      clearInterval(looking);
      request.destroy();
      resolve(true);
    }, 5);
  });
}

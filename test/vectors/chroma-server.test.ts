import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tenantContext } from '../../src/tenancy/index.js';
import { type ChromaOptions, openChromaStore } from '../../src/vectors/chroma/index.js';
import type { VectorRecord, VectorSpace, VectorStore } from '../../src/vectors/store.js';
import { ChromaApi } from '../services/chroma-api.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const space: VectorSpace = { name: 'notes', model: 'test:model', dimensions: 2, metric: 'cosine' };
const EAST = Float32Array.from([1, 0]);

const record = (id: string, changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  documentId: null,
  text: null,
  metadata: {},
  embedding: EAST,
  ...changes,
});

describe.skipIf(!(await serviceAvailable('chroma')))('a store on Chroma', () => {
  const url = serviceUrl('chroma');
  const api = new ChromaApi(url);
  const tenantIds: string[] = [];
  let store: VectorStore;
  beforeAll(async () => {
    store = await openChromaStore({ url });
  });
  afterAll(async () => {
    for (const tenantId of tenantIds) await store.deleteTenant(tenantContext({ tenantId }));
  });

  function tenant() {
    const tenantId = randomUUID();
    tenantIds.push(tenantId);
    return tenantContext({ tenantId });
  }

  async function throughProxy(changes: Partial<ChromaOptions> = {}): Promise<[TcpProxy, VectorStore]> {
    const proxy = await TcpProxy.before(Number(new URL(url).port));
    return [proxy, await openChromaStore({ url: `http://127.0.0.1:${proxy.port}`, ...changes })];
  }

  test('goes on when connections break', async () => {
    const [proxy, cut] = await throughProxy();
    await using _ = proxy;
    const context = tenant();
    await cut.upsert(context, space, [record('a')]);
    proxy.cutAll();
    expect(await cut.count(context, space)).toBe(1);
    let answers = 0;
    // The first answer is lost when it has come: the request is made again.
    proxy.passage = (bytes, pass) => (answers++ === 0 ? proxy.cutAll() : pass(bytes));
    await cut.upsert(context, space, [record('a', { text: 'again' }), record('b')]);
    expect(await cut.count(context, space)).toBe(2);
    expect(answers).toBeGreaterThan(1);
  });

  test('gives up on a server that hangs', async () => {
    const [proxy, stuck] = await throughProxy({ timeoutMs: 200, retries: 1 });
    await using _ = proxy;
    proxy.passage = () => undefined;
    await expect(stuck.count(tenant(), space)).rejects.toMatchObject({ code: 'AQF_VECTORS_UNAVAILABLE' });
    proxy.reset();
    await vi.waitFor(async () => expect(await stuck.isAvailable()).toBe(true), { timeout: 10_000 });
  });

  test('ends a request whose caller does not wait any more', async () => {
    const [proxy, stuck] = await throughProxy();
    await using _ = proxy;
    proxy.passage = () => undefined;
    const upsert = stuck.upsert(tenant(), space, [record('a')], { signal: AbortSignal.timeout(100) });
    await expect(upsert).rejects.toThrow(/aborted|timeout/i);
  });

  test('splits what is too large for one request', async () => {
    const context = tenant();
    const text = 'a long text of Grüße, '.repeat(100_000);
    const records = Array.from({ length: 6 }, (_, at) => record(`r${at}`, { documentId: 'one', text }));
    expect(await store.upsert(context, space, records)).toBe(6);
    expect((await store.get(context, space, ['r5']))[0]?.text).toBe(text);
    const huge = record('huge', { text: 'x'.repeat(45_000_000) });
    await expect(store.upsert(context, space, [huge])).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    expect(await store.count(context, space)).toBe(6);
  });

  test('makes a collection once when many need it first at once', async () => {
    const context = tenant();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openChromaStore({ url })));
    await Promise.all(stores.map((one, at) => one.upsert(context, space, [record(`r${at}`)])));
    expect(await store.count(context, space)).toBe(6);
    expect((await store.spaces(context)).length).toBe(1);
  });

  test('finds its way when another process removed the collection', async () => {
    const context = tenant();
    const other = await openChromaStore({ url });
    await store.upsert(context, space, [record('a')]);
    await other.deleteTenant(context);
    expect(await store.count(context, space)).toBe(0);
    await store.upsert(context, space, [record('b')]);
    await other.delete(context, space, 'all');
    await store.upsert(context, space, [record('c')]);
    expect((await store.get(context, space, ['a', 'b', 'c'])).map(({ id }) => id)).toEqual(['c']);
  });

  test('names collections as it is told, and refuses a second space under one name', async () => {
    const context = tenant();
    const named = await openChromaStore({ url, collectionName: 'creator_{tenant}_knowledge' });
    await named.upsert(context, space, [record('a')]);
    const name = `creator_${context.tenantId}_knowledge`;
    expect(await api.collectionNames()).toContain(name);
    const second = named.upsert(context, { ...space, name: 'second' }, [record('b')]);
    await expect(second).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
      message: expect.stringContaining(name),
    });
    expect((await named.get(context, space, ['a', 'b'])).map(({ id }) => id)).toEqual(['a']);
  });

  test('touches no collection that is not its own', async () => {
    const context = tenant();
    const name = `creator_${context.tenantId}_knowledge`;
    await api.createCollection(name);
    const named = await openChromaStore({ url, collectionName: 'creator_{tenant}_knowledge' });
    const refusal = { code: 'AQF_ARGUMENT_INVALID' };
    await expect(named.upsert(context, space, [record('a')])).rejects.toMatchObject(refusal);
    await expect(named.delete(context, space, 'all')).rejects.toMatchObject(refusal);
    await named.deleteTenant(context);
    expect(await api.collectionNames()).toContain(name);
    await api.deleteCollection(name);
  });

  test.each(['http://host:8000/path', 'ftp://host', 'host:8000', 'http://user:secret@host'])(
    'refuses the address %s',
    async (address) => {
      await expect(openChromaStore({ url: address })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    },
  );
});

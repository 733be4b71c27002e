import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { CheckedClient } from './support/checked-client.js';
import { ENTITIES, manuals } from './support/entities.js';

let served: ServedLayer;
let client: CheckedClient;
let key: string;

beforeAll(async () => {
  served = await serveLayer({ entities: ENTITIES });
  client = await CheckedClient.open(served.url);
  key = await served.key('acme', ['owner']);
});
afterAll(() => served.close());

const LIST = '/api/entities/{entity}';
const ROW = '/api/entities/{entity}/{id}';
const ofParts = { entity: 'parts' };

async function newPart(values: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { body } = await client.ask('POST', LIST, {
    key,
    params: ofParts,
    body: { name: 'bolt', ...values },
  });
  return body.id;
}

describe('rows of entities', () => {
  test('are described with what a credential may do', async () => {
    const viewer = await served.key('acme', [], ['parts:read']);
    const { body } = await client.ask('GET', '/api/entities', { key: viewer });
    expect(body.items).toMatchObject([{ name: 'parts', key: ['id'], actions: ['read'] }]);
    const fields = new Map(body.items[0].fields.map((field: { name: string }) => [field.name, field]));
    expect(fields.get('name')).toEqual({
      name: 'name',
      type: 'text',
      nullable: false,
      generated: false,
      encrypted: false,
      required: true,
    });
    expect(fields.get('secret')).toMatchObject({ encrypted: true, nullable: true });
    expect(fields.get('revision')).toMatchObject({ generated: true });
    expect(fields.has('secretBlind')).toBe(false);
  });

  test('are created, read, changed at a revision, deleted and restored', async () => {
    const created = await client.ask('POST', LIST, {
      key,
      params: ofParts,
      body: { name: 'nut', secret: 'hush', serial: '9007199254740993', boughtAt: '2024-02-29T12:00:00Z' },
    });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.headers.get('location')).toBe(`/api/entities/parts/${id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.body).toMatchObject({ secret: 'hush', serial: '9007199254740993' });

    const params = { ...ofParts, id };
    const changed = await client.ask('PATCH', ROW, {
      key,
      params,
      body: { stock: 3 },
      headers: { 'if-match': '"1"' },
    });
    expect(changed.body).toMatchObject({ stock: 3, revision: 2 });
    const late = await client.ask('PATCH', ROW, {
      key,
      params,
      body: { stock: 4 },
      headers: { 'if-match': '"1"' },
    });
    expect([late.status, late.body.code]).toEqual([412, 'AQF_PRECONDITION_FAILED']);

    const known = await client.ask('GET', ROW, { key, params, headers: { 'if-none-match': '"2"' } });
    expect([known.status, known.body]).toEqual([304, '']);

    expect((await client.ask('DELETE', ROW, { key, params, headers: { 'if-match': '"1"' } })).status).toBe(
      412,
    );
    expect((await client.ask('DELETE', ROW, { key, params, headers: { 'if-match': '"2"' } })).status).toBe(
      204,
    );
    expect((await client.ask('GET', ROW, { key, params })).status).toBe(404);
    const gone = await client.ask('GET', ROW, { key, params, query: { deleted: 'true' } });
    expect(gone.body.deletedAt).toBeTruthy();
    const restored = await client.ask('POST', `${ROW}/restore`, { key, params });
    expect(restored.body).toMatchObject({ name: 'nut', deletedAt: null });
  });

  test('are listed by filter and order, page by page', async () => {
    const own = await served.key('lister', ['editor']);
    for (const [at, name] of ['ash', 'box', 'cog', 'dog'].entries())
      await client.ask('POST', LIST, {
        key: own,
        params: ofParts,
        body: { name, stock: at, serial: String(at) },
      });
    const page = async (after?: string) => {
      const query = {
        filter: JSON.stringify({ stock: { lt: 3 }, serial: { gte: 0 } }),
        order: '-name',
        limit: '2',
        ...(after && { after }),
      };
      return (await client.ask('GET', LIST, { key: own, params: ofParts, query })).body;
    };
    const first = await page();
    expect(first.items.map(({ name }: { name: string }) => name)).toEqual(['cog', 'box']);
    const second = await page(first.next);
    expect(second.items.map(({ name }: { name: string }) => name)).toEqual(['ash']);
    expect(second.next).toBeNull();
  });

  test.each([
    [{ filter: '{' }, 'AQF_ARGUMENT_INVALID'],
    [{ filter: '{"nothing":1}' }, 'AQF_FIELD_UNKNOWN'],
    [{ order: 'nothing' }, 'AQF_FIELD_UNKNOWN'],
    [{ order: 'name desc' }, 'AQF_ARGUMENT_INVALID'],
    [{ after: 'x' }, 'AQF_ARGUMENT_INVALID'],
    [{ limit: '0' }, 'AQF_ARGUMENT_INVALID'],
    [{ surprise: '1' }, 'AQF_ARGUMENT_INVALID'],
  ])('are not listed by %j', async (query, code) => {
    const { status, body } = await client.ask('GET', LIST, { key, params: ofParts, query });
    expect([status, body.code]).toEqual([400, code]);
  });

  test('have keys of other types, and may lack every trait', async () => {
    const params = { entity: 'shelves', id: '7' };
    await client.ask('POST', LIST, { key, params, body: { number: 7, label: 'top' } });
    const { headers, body } = await client.ask('GET', ROW, { key, params });
    expect(body).toMatchObject({ number: 7, label: 'top' });
    expect(headers.get('etag')).toMatch(/^W\//);
    for (const path of [`${ROW}/restore`, `${ROW}/revert`]) {
      const refused = await client.ask('POST', path, {
        key,
        params,
        body: path.endsWith('t') ? { revision: 1 } : {},
      });
      expect([refused.status, refused.body.code]).toEqual([400, 'AQF_ARGUMENT_INVALID']);
    }
    expect((await client.ask('DELETE', ROW, { key, params })).status).toBe(204);
    expect((await client.ask('GET', ROW, { key, params: { ...params, id: 'seven' } })).status).toBe(404);
  });

  test('are found by words', async () => {
    const own = await served.key('finder', ['editor']);
    const params = { entity: 'manuals' };
    await client.ask('POST', LIST, { key: own, params, body: { title: 'brass hinge', note: 'new' } });
    await expect
      .poll(async () => {
        const body = { question: 'hinge', mode: 'lexical', filter: { note: 'new' } };
        const found = await client.ask('POST', `${LIST}/search`, { key: own, params, body });
        return found.body.results.map(({ row }: { row: { title: string } }) => row.title);
      })
      .toEqual(['brass hinge']);
  });

  test('are shown without the flag that they wait to be embedded, which changes without a revision', async () => {
    const own = await served.key('indexed', ['editor']);
    const params = { entity: 'manuals' };
    const created = await client.ask('POST', LIST, { key: own, params, body: { title: 'oil can' } });
    const one = { ...params, id: created.body.id };
    const { body: types } = await client.ask('GET', '/api/entities', { key: own });
    const { fields } = types.items.find(({ name }: { name: string }) => name === 'manuals');
    const shown = [
      created.body,
      (await client.ask('GET', ROW, { key: own, params: one })).body,
      (await client.ask('GET', LIST, { key: own, params })).body.items,
      fields,
    ];
    expect(JSON.stringify(shown)).toContain('oil can');
    expect(JSON.stringify(shown)).not.toMatch(/embedding_?expired/i);
    await client.ask('PATCH', ROW, { key: own, params: one, body: { title: 'grease gun' } });
    const tag = (await client.ask('GET', ROW, { key: own, params: one })).headers.get('etag') ?? '';
    const repository = served.layer.scope({ tenantId: 'indexed' }).repository(manuals);
    const waiting = async () => (await repository.findById(created.body.id))?.embeddingExpiredAt;
    await expect.poll(waiting, { timeout: 30_000 }).toBe(null);
    const again = await client.ask('GET', ROW, { key: own, params: one, headers: { 'if-none-match': tag } });
    expect([again.status, tag]).toEqual([304, '"2"']);
    const history = await client.ask('GET', `${ROW}/history`, { key: own, params: one });
    expect(history.body.items.map(({ changed }: { changed: unknown }) => changed)).toEqual([['title'], null]);
    const query = { from: '1', to: '2' };
    const { differences } = (await client.ask('GET', `${ROW}/diff`, { key: own, params: one, query })).body;
    expect(differences).toEqual([{ field: 'title', from: 'oil can', to: 'grease gun' }]);
    expect(JSON.stringify(history.body)).not.toMatch(/embedding_?expired/i);
  });
});

describe('history', () => {
  test('shows revisions by the names of fields, what differs, and goes back', async () => {
    const id = await newPart({ secret: 'hush', isSold: false });
    const params = { ...ofParts, id };
    await client.ask('PATCH', ROW, { key, params, body: { isSold: true } });
    const { body } = await client.ask('GET', `${ROW}/history`, { key, params });
    expect(body.items.map(({ revision, operation }: never) => [revision, operation])).toEqual([
      [2, 'update'],
      [1, 'insert'],
    ]);
    expect(body.items[0]).toMatchObject({
      changed: ['isSold'],
      row: { isSold: true, secret: '[encrypted]' },
    });
    expect(JSON.stringify(body)).not.toContain('secret_blind');
    const diff = await client.ask('GET', `${ROW}/diff`, { key, params, query: { from: '1', to: '2' } });
    expect(diff.body.differences).toEqual([{ field: 'isSold', from: false, to: true }]);
    const reverted = await client.ask('POST', `${ROW}/revert`, { key, params, body: { revision: 1 } });
    expect(reverted.body).toMatchObject({ isSold: false, revision: 3, secret: 'hush' });
    const before = await client.ask('GET', `${ROW}/history`, {
      key,
      params,
      query: { before: '3', limit: '1' },
    });
    expect(before.body).toMatchObject({ items: [{ revision: 2 }], next: '2' });
  });

  test('of a row that is not there is not found', async () => {
    const params = { ...ofParts, id: '00000000-0000-4000-8000-000000000000' };
    const { status, body } = await client.ask('GET', `${ROW}/history`, { key, params });
    expect([status, body.code]).toEqual([404, 'AQF_ROW_NOT_FOUND']);
  });
});

describe('branches', () => {
  const BRANCHES = `${ROW}/branches`;

  test('are written beside the row and merged by field', async () => {
    const params = { ...ofParts, id: await newPart({ stock: 1, isSold: false }) };
    const begun = await client.ask('POST', BRANCHES, { key, params, body: { name: 'draft' } });
    expect(begun.body).toMatchObject({ name: 'draft', state: 'open', row: { stock: 1 }, revisions: [] });
    const branch = { ...params, branch: 'draft' };
    const changed = await client.ask('PATCH', `${BRANCHES}/{branch}`, {
      key,
      params: branch,
      body: { stock: 2, isSold: true },
    });
    expect(changed.body.differences).toEqual([
      { field: 'stock', from: 1, to: 2 },
      { field: 'isSold', from: false, to: true },
    ]);
    await client.ask('PATCH', ROW, { key, params, body: { stock: 9 } });
    const conflict = await client.ask('POST', `${BRANCHES}/{branch}/merge`, { key, params: branch });
    expect(conflict.body).toEqual({
      status: 'conflicts',
      conflicts: [{ field: 'stock', base: 1, row: 9, branch: 2 }],
    });
    const merged = await client.ask('POST', `${BRANCHES}/{branch}/merge`, {
      key,
      params: branch,
      body: { resolutions: { stock: 'branch' } },
    });
    expect(merged.body).toMatchObject({ status: 'merged', changed: ['stock', 'isSold'] });
    expect((await client.ask('GET', ROW, { key, params })).body).toMatchObject({ stock: 2, isSold: true });
    const listed = await client.ask('GET', BRANCHES, { key, params });
    expect(listed.body.items).toMatchObject([{ name: 'draft', state: 'merged' }]);
  });

  test('neither write what the database keeps nor what is encrypted', async () => {
    const params = { ...ofParts, id: await newPart(), branch: 'b' };
    await client.ask('POST', BRANCHES, { key, params, body: { name: 'b' } });
    for (const body of [{ secret: 'plain' }, { deletedAt: '2024-01-01T00:00:00Z' }, { tenantId: 'other' }]) {
      const refused = await client.ask('PATCH', `${BRANCHES}/{branch}`, { key, params, body });
      expect([refused.status, refused.body.code]).toEqual([400, 'AQF_FIELD_UNKNOWN']);
    }
    expect((await client.ask('DELETE', `${BRANCHES}/{branch}`, { key, params })).status).toBe(204);
    const closed = await client.ask('PATCH', `${BRANCHES}/{branch}`, { key, params, body: { stock: 1 } });
    expect([closed.status, closed.body.code]).toEqual([409, 'AQF_BRANCH_CLOSED']);
  });
});

import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { revealed } from '../support/two-tenants.js';

let served: ServedLayer;
let client: OpenAI;
let rival: OpenAI;
let model: string;

const POLL = { pollIntervalMs: 20 };

beforeAll(async () => {
  served = await serveLayer();
  client = await clientOf('acme');
  rival = await clientOf('rival');
  model = served.layer.embeddingModel.id;
});
afterAll(() => served.close());

async function clientOf(tenant: string, roles?: string[], permissions?: string[]): Promise<OpenAI> {
  const apiKey = await served.key(tenant, roles, permissions);
  return new OpenAI({ apiKey, baseURL: `${served.url}/v1`, maxRetries: 0 });
}

function textFile(name: string, text: string) {
  return toFile(Buffer.from(text), name, { type: 'text/plain' });
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** What the client raises of an answer. */
async function errorOf(call: Promise<unknown>) {
  const raised = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(raised).toBeInstanceOf(OpenAI.APIError);
  const { status, code, param, type, message } = raised as InstanceType<typeof OpenAI.APIError>;
  return { status, code, param, type, message };
}

describe('embeddings', () => {
  test('come as numbers and as base64, the same', async () => {
    const input = ['The pump is primed with oil.', 'Travel is approved by the head.'];
    const packed = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: 'float' });
    expect(packed.data.map(({ embedding }) => [...embedding])).toEqual(
      plain.data.map((each) => each.embedding),
    );
    expect(plain.data.map(({ index, object }) => [index, object])).toEqual([
      [0, 'embedding'],
      [1, 'embedding'],
    ]);
    const [vector = []] = plain.data.map(({ embedding }) => embedding);
    expect(vector).toHaveLength(served.layer.embeddingModel.dimensions);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(plain).toMatchObject({ object: 'list', model, usage: { prompt_tokens: 15, total_tokens: 15 } });
  });

  test('take one text, however long it is', async () => {
    const { data } = await client.embeddings.create({ model, input: 'words without end '.repeat(2000) });
    expect(data).toHaveLength(1);
  });

  test.each([
    ['another model', { model: 'text-embedding-3-small', input: 'x' }, 404, 'model_not_found', null],
    ['tokens', { input: [1, 2, 3] }, 400, 'unsupported_value', 'input'],
    ['lists of tokens', { input: [[1], [2]] }, 400, 'unsupported_value', 'input'],
    ['an empty text', { input: '' }, 400, 'invalid_value', 'input'],
    ['no text', { input: [] }, 400, 'unsupported_value', 'input'],
    ['other dimensions', { input: 'x', dimensions: 7 }, 400, 'unsupported_value', 'dimensions'],
    ['an unknown word', { input: 'x', colour: 'red' }, 400, 'invalid_value', null],
  ])('refuse %s as OpenAI does', async (_, body, status, code, param) => {
    const error = await errorOf(client.embeddings.create({ model, ...body } as never));
    expect(error).toMatchObject({ status, code, param, type: 'invalid_request_error' });
  });

  test('name their models', async () => {
    const models = await collect(client.models.list());
    expect(models.map(({ id, object }) => [id, object])).toEqual([[model, 'model']]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model });
    expect(await errorOf(client.models.retrieve('gpt-5'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});

describe('files', () => {
  test('are kept as they came, listed in pages and deleted', async () => {
    const bytes = Buffer.from([0, 1, 2, 255, 13, 10]);
    const made = await client.files.create({ file: await toFile(bytes, 'raw.bin'), purpose: 'user_data' });
    expect(made).toMatchObject({ object: 'file', bytes: 6, filename: 'raw.bin', purpose: 'user_data' });
    expect(await client.files.waitForProcessing(made.id, { pollInterval: 10 })).toEqual(made);
    const content = await client.files.content(made.id);
    expect(Buffer.from(await content.arrayBuffer())).toEqual(bytes);

    const more = await Promise.all(
      ['a', 'b', 'c'].map(async (name) =>
        client.files.create({ file: await textFile(name, name), purpose: 'evals' }),
      ),
    );
    const listed: string[] = [];
    for await (const file of client.files.list({ purpose: 'evals', limit: 2 })) listed.push(file.id);
    expect(listed.toSorted()).toEqual(more.map(({ id }) => id).toSorted());

    expect(await client.files.delete(made.id)).toEqual({ id: made.id, object: 'file', deleted: true });
    expect(await errorOf(client.files.retrieve(made.id))).toMatchObject({
      status: 404,
      type: 'invalid_request_error',
    });
  });

  test('may expire', async () => {
    const expires_after = { anchor: 'created_at' as const, seconds: 3600 };
    const file = await client.files.create({
      file: await textFile('e.txt', 'e'),
      purpose: 'user_data',
      expires_after,
    });
    expect(file.expires_at).toBeGreaterThan(Date.now() / 1000 + 3500);
  });

  test('without a purpose or a file are refused, and nothing is left of them', async () => {
    const before = (await client.files.list()).data.length;
    const wrong = client.files.create({ file: await textFile('x', 'x'), purpose: 'fun' as never });
    expect(await errorOf(wrong)).toMatchObject({ status: 400, param: 'purpose' });
    const form = new FormData();
    form.set('purpose', 'evals');
    expect(await errorOf(client.post('/files', { body: form }))).toMatchObject({
      status: 400,
      param: 'file',
    });
    expect((await client.files.list()).data).toHaveLength(before);
  });
});

describe('vector stores', () => {
  test('are made, listed from both ends, changed and removed', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const made = [];
    for (const name of names) made.push(await client.vectorStores.create({ name, metadata: { n: name } }));
    const [first] = made;
    expect(first).toMatchObject({
      object: 'vector_store',
      name: 'one',
      metadata: { n: 'one' },
      status: 'completed',
      usage_bytes: 0,
      expires_at: null,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
    });
    const walked: string[] = [];
    for await (const { name } of client.vectorStores.list({ order: 'asc', limit: 2 })) walked.push(name);
    expect(walked).toEqual(names);
    const newest = await client.vectorStores.list({ limit: 2 });
    expect(newest.data.map(({ name }) => name)).toEqual(['five', 'four']);
    const before = await client.vectorStores.list({ order: 'asc', limit: 2, before: made[3]?.id ?? '' });
    expect(before.data.map(({ name }) => name)).toEqual(['two', 'three']);

    const id = first?.id ?? '';
    const expires_after = { anchor: 'last_active_at' as const, days: 7 };
    const changed = await client.vectorStores.update(id, { name: 'uno', metadata: null, expires_after });
    expect(changed).toMatchObject({ name: 'uno', metadata: {}, expires_after });
    expect(changed.expires_at).toBe((changed.last_active_at ?? 0) + 7 * 86_400);
    expect((await client.vectorStores.update(id, { expires_after: null })).expires_at).toBeNull();

    for (const store of made)
      expect(await client.vectorStores.delete(store.id)).toMatchObject({ deleted: true });
    expect(await errorOf(client.vectorStores.retrieve(id))).toMatchObject({ status: 404 });
  });

  test('take files, answer searches with filters, and give files up', async () => {
    const store = await client.vectorStores.create({
      name: 'handbook',
      chunking_strategy: { type: 'static', static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 20 } },
    });
    const pump = await client.vectorStores.files.uploadAndPoll(
      store.id,
      await textFile('pump.txt', 'The pump is primed with oil.'),
      POLL,
    );
    expect(pump).toMatchObject({
      object: 'vector_store.file',
      status: 'completed',
      last_error: null,
      usage_bytes: 28,
    });
    const uploaded = await client.files.create({
      file: await textFile('travel.txt', 'Travel is approved by the head of the department.'),
      purpose: 'assistants',
    });
    const attributes = { team: 'people', year: 2024, draft: false };
    const travel = await client.vectorStores.files.createAndPoll(
      store.id,
      { file_id: uploaded.id, attributes },
      POLL,
    );
    expect(travel).toMatchObject({ id: uploaded.id, status: 'completed', attributes });
    expect(await client.vectorStores.retrieve(store.id)).toMatchObject({
      status: 'completed',
      file_counts: { completed: 2, total: 2 },
    });

    const query = 'Who approves travel?';
    const search = async (body: object) => {
      const page = await client.vectorStores.search(store.id, { query, ...body });
      return page.data.map(({ filename }) => filename);
    };
    const [best] = (await client.vectorStores.search(store.id, { query })).data;
    expect(best).toMatchObject({
      file_id: uploaded.id,
      filename: 'travel.txt',
      attributes,
      content: [{ type: 'text', text: 'Travel is approved by the head of the department.' }],
    });
    expect(best?.score).toBeGreaterThan(0);
    expect(best?.score).toBeLessThanOrEqual(1);
    expect(await search({})).toEqual(['travel.txt', 'pump.txt']);
    expect(await search({ query: [query, 'oil for the pump'], max_num_results: 1 })).toHaveLength(1);
    expect(await search({ ranking_options: { score_threshold: 0.9 } })).toEqual(['travel.txt']);
    expect(await search({ rewrite_query: true, max_num_results: 1 })).toEqual(['travel.txt']);
    const where = (type: string, key: string, value: unknown) => ({ filters: { type, key, value } });
    expect(await search(where('eq', 'team', 'people'))).toEqual(['travel.txt']);
    expect(await search(where('ne', 'team', 'people'))).toEqual(['pump.txt']);
    expect(await search(where('gte', 'year', 2024))).toEqual(['travel.txt']);
    expect(await search(where('lt', 'year', 2024))).toEqual([]);
    expect(await search(where('in', 'team', ['people', 'other']))).toEqual(['travel.txt']);
    expect(await search(where('nin', 'team', ['people']))).toEqual(['pump.txt']);
    const both = [where('gt', 'year', 2000).filters, where('eq', 'draft', true).filters];
    expect(await search({ filters: { type: 'and', filters: both } })).toEqual([]);
    expect(await search({ filters: { type: 'or', filters: both } })).toEqual(['travel.txt']);

    const changed = await client.vectorStores.files.update(travel.id, {
      vector_store_id: store.id,
      attributes: { team: 'sales' },
    });
    expect(changed.attributes).toEqual({ team: 'sales' });
    expect(await search(where('eq', 'team', 'sales'))).toEqual(['travel.txt']);
    expect(await search(where('eq', 'year', 2024))).toEqual([]);

    const content = await client.vectorStores.files.content(travel.id, { vector_store_id: store.id });
    expect(content.data).toEqual([
      { type: 'text', text: 'Travel is approved by the head of the department.' },
    ]);

    const listed: string[] = [];
    for await (const { id } of client.vectorStores.files.list(store.id, { limit: 1, order: 'asc' }))
      listed.push(id);
    expect(listed).toEqual([pump.id, travel.id]);
    await client.vectorStores.files.delete(travel.id, { vector_store_id: store.id });
    expect(await search({})).toEqual(['pump.txt']);
    expect(await client.files.retrieve(travel.id)).toMatchObject({ id: travel.id });

    // A file that is deleted is in no store any more.
    await client.files.delete(pump.id);
    expect(await search({})).toEqual([]);
    expect((await client.vectorStores.files.list(store.id)).data).toEqual([]);
  });

  test('take batches of files, and tell which of them failed', async () => {
    const store = await client.vectorStores.create({ name: 'batch' });
    const files = await Promise.all(
      Array.from({ length: 4 }, (_, at) =>
        textFile(`page-${at}.txt`, `Page ${at} is about the number ${at}.`),
      ),
    );
    const empty = await toFile(Buffer.from('   '), 'empty.txt');
    const batch = await client.vectorStores.fileBatches.uploadAndPoll(
      store.id,
      { files: [...files, empty] },
      POLL,
    );
    expect(batch).toMatchObject({
      object: 'vector_store.files_batch',
      status: 'completed',
      file_counts: { in_progress: 0, completed: 4, failed: 1, cancelled: 0, total: 5 },
    });
    const where = { vector_store_id: store.id };
    const failed = await client.vectorStores.fileBatches.listFiles(batch.id, { ...where, filter: 'failed' });
    expect(failed.data).toMatchObject([
      {
        status: 'failed',
        last_error: { code: 'invalid_file', message: expect.stringContaining('AQF_EXTRACTION_EMPTY') },
      },
    ]);
    const walked: string[] = [];
    for await (const { id } of client.vectorStores.fileBatches.listFiles(batch.id, { ...where, limit: 2 }))
      walked.push(id);
    expect(new Set(walked).size).toBe(5);
  });

  test('may be made with their files, and know collections that were made elsewhere', async () => {
    const file = await client.files.create({
      file: await textFile('q.txt', 'Quinces ripen late.'),
      purpose: 'assistants',
    });
    const store = await client.vectorStores.create({ file_ids: [file.id] });
    await client.vectorStores.files.poll(store.id, file.id, POLL);
    const scope = served.layer.scope({ tenantId: 'acme' });
    await scope.collections.create({ name: 'elsewhere' });
    await scope.collection('elsewhere').documents.ingest({ source: 'fig.md', text: 'Figs ripen early.' });
    const stores = await collect(client.vectorStores.list());
    const elsewhere = stores.find(({ name }) => name === 'elsewhere');
    expect(elsewhere).toMatchObject({ status: 'completed', file_counts: { completed: 1, total: 1 } });
    const found = await client.vectorStores.search(elsewhere?.id ?? '', { query: 'When do figs ripen?' });
    expect(found.data).toMatchObject([{ filename: 'fig.md', content: [{ text: 'Figs ripen early.' }] }]);
  });

  test('are emptied a day after they expired; files and the store itself stay', async () => {
    const expires_after = { anchor: 'last_active_at' as const, days: 2 };
    const made = async (name: string) => {
      const store = await client.vectorStores.create({ name, expires_after });
      const file = await textFile(`${name}.txt`, `The ${name} opens at noon.`);
      const added = await client.vectorStores.files.uploadAndPoll(store.id, file, POLL);
      return { store: store.id, file: added.id };
    };
    const [empty, kept] = [await made('orangery'), await made('aviary')];
    const lastActive = (id: string, ago: string) =>
      served.layer
        .system('tests')
        .query(
          `update aquifer.collections set last_active_at = now() - $2::interval where vector_store_id = $1`,
          [id, ago],
        );
    await lastActive(empty.store, '3 days 1 minute');
    await lastActive(kept.store, '2 days 23 hours');
    await served.layer.maintain();

    const none = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
    expect(await client.vectorStores.retrieve(empty.store)).toMatchObject({
      status: 'expired',
      file_counts: none,
    });
    const where = { vector_store_id: empty.store };
    expect(await errorOf(client.vectorStores.files.retrieve(empty.file, where))).toMatchObject({
      status: 404,
    });
    expect(await (await client.files.content(empty.file)).text()).toBe('The orangery opens at noon.');
    const found = await served.layer.scope({ tenantId: 'acme' }).search('orangery');
    expect(found.filter(({ content }) => content.includes('orangery'))).toEqual([]);

    expect(await client.vectorStores.retrieve(kept.store)).toMatchObject({
      status: 'expired',
      file_counts: { completed: 1 },
    });
    await client.vectorStores.update(kept.store, { expires_after: null });
    const again = await client.vectorStores.search(kept.store, { query: 'aviary' });
    expect(again.data).toMatchObject([{ filename: 'aviary.txt' }]);
  });

  test('refuse files that are too large to be read, before anything is made of them', async () => {
    const small = await serveLayer({ extraction: { limits: { maxBytes: 2000 } } });
    try {
      const own = new OpenAI({ apiKey: await small.key('acme'), baseURL: `${small.url}/v1`, maxRetries: 0 });
      const file = await own.files.create({
        file: await textFile('l.txt', 'long '.repeat(500)),
        purpose: 'assistants',
      });
      const store = await own.vectorStores.create({ name: 'small' });
      const tooLarge = { status: 413, code: 'AQF_EXTRACTION_TOO_LARGE', type: 'invalid_request_error' };
      const file_ids = [file.id];
      expect(await errorOf(own.vectorStores.files.create(store.id, { file_id: file.id }))).toMatchObject(
        tooLarge,
      );
      expect(await errorOf(own.vectorStores.fileBatches.create(store.id, { file_ids }))).toMatchObject(
        tooLarge,
      );
      expect(await errorOf(own.vectorStores.create({ file_ids }))).toMatchObject(tooLarge);
      expect((await own.vectorStores.list()).data).toMatchObject([
        { name: 'small', file_counts: { total: 0 } },
      ]);
    } finally {
      await small.close();
    }
  });

  test('expire when nobody used them', async () => {
    const expires_after = { anchor: 'last_active_at' as const, days: 1 };
    const { id } = await client.vectorStores.create({ name: 'old', expires_after });
    const acme = served.layer.scope({ tenantId: 'acme' });
    const past = `update aquifer.collections set last_active_at = now() - interval '2 days' where vector_store_id = $1`;
    await acme.query(past, [id]);
    expect((await client.vectorStores.retrieve(id)).status).toBe('expired');
    expect(await errorOf(client.vectorStores.search(id, { query: 'x' }))).toMatchObject({ status: 400 });
    // Whoever changes it uses it.
    expect((await client.vectorStores.update(id, { name: 'revived' })).status).toBe('completed');
  });

  test('refuse what they cannot do', async () => {
    const store = await client.vectorStores.create({ name: 'strict' });
    const file = await client.files.create({ file: await textFile('s.txt', 's'), purpose: 'assistants' });
    const strategy = {
      type: 'static' as const,
      static: { max_chunk_size_tokens: 300, chunk_overlap_tokens: 0 },
    };
    const chunked = client.vectorStores.files.create(store.id, {
      file_id: file.id,
      chunking_strategy: strategy,
    });
    expect(await errorOf(chunked)).toMatchObject({ status: 400, param: 'chunking_strategy' });
    const wide = { ...strategy, static: { ...strategy.static, chunk_overlap_tokens: 200 } };
    expect(await errorOf(client.vectorStores.create({ chunking_strategy: wide }))).toMatchObject({
      status: 400,
    });
    const missing = client.vectorStores.files.create(store.id, { file_id: 'file-none' });
    expect(await errorOf(missing)).toMatchObject({ status: 404 });
    const filters = { type: 'like', key: 'a', value: 'b' } as never;
    const search = client.vectorStores.search(store.id, { query: 'x', filters });
    expect(await errorOf(search)).toMatchObject({ status: 400, param: 'filters' });
  });
});

describe('the rest of the API', () => {
  test('is not there, and says so', async () => {
    const calls = [
      () => client.chat.completions.create({ model: 'gpt-5', messages: [] }),
      () => client.responses.create({ model: 'gpt-5', input: 'x' }),
      () => client.completions.create({ model: 'gpt-5', prompt: 'x' }),
      () => client.images.generate({ prompt: 'x' }),
      () => client.moderations.create({ input: 'x' }),
      () =>
        client.batches.create({ input_file_id: 'x', endpoint: '/v1/embeddings', completion_window: '24h' }),
      () => client.fineTuning.jobs.list(),
      () => client.beta.assistants.list(),
      () => client.uploads.create({ bytes: 1, filename: 'x', mime_type: 'x/y', purpose: 'batch' }),
    ];
    for (const call of calls) {
      expect(await errorOf(Promise.resolve(call()))).toMatchObject({
        status: 404,
        code: 'unknown_url',
        type: 'invalid_request_error',
        message: expect.stringContaining('Unknown request URL: '),
      });
    }
  });

  test('asks for a credential, and for one that may', async () => {
    const stranger = new OpenAI({ apiKey: 'sk-none', baseURL: `${served.url}/v1`, maxRetries: 0 });
    for (const call of [
      () => stranger.models.list(),
      () => stranger.chat.completions.create({ model: 'x', messages: [] }),
    ]) {
      expect(await errorOf(Promise.resolve(call()))).toMatchObject({ status: 401, code: 'invalid_api_key' });
    }
    const viewer = await clientOf('acme', ['viewer']);
    expect(await errorOf(viewer.vectorStores.create({ name: 'x' }))).toMatchObject({
      status: 403,
      code: 'insufficient_permissions',
      type: 'permission_error',
    });
    expect((await viewer.vectorStores.list()).data.length).toBeGreaterThan(0);
  });
});

test('one tenant never meets the files and vector stores of the other', async () => {
  const file = await client.files.create({
    file: await textFile('zanzibarium.txt', 'Zanzibarium is falconridge.'),
    purpose: 'assistants',
  });
  const store = await client.vectorStores.create({ name: 'zanzibarium', metadata: { a: 'falconridge' } });
  const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [file.id] }, POLL);
  const own = await rival.vectorStores.create({ name: 'own' });
  const where = { vector_store_id: store.id };
  const foreign: (() => PromiseLike<unknown>)[] = [
    () => rival.files.retrieve(file.id),
    () => rival.files.content(file.id),
    () => rival.files.delete(file.id),
    () => rival.vectorStores.retrieve(store.id),
    () => rival.vectorStores.update(store.id, { name: 'x' }),
    () => rival.vectorStores.delete(store.id),
    () => rival.vectorStores.search(store.id, { query: 'zanzibarium' }),
    () => rival.vectorStores.files.list(store.id),
    () => rival.vectorStores.files.create(store.id, { file_id: file.id }),
    () => rival.vectorStores.files.create(own.id, { file_id: file.id }),
    () => rival.vectorStores.create({ file_ids: [file.id] }),
    () => rival.vectorStores.files.retrieve(file.id, where),
    () => rival.vectorStores.files.retrieve(file.id, { vector_store_id: own.id }),
    () => rival.vectorStores.files.update(file.id, { ...where, attributes: {} }),
    () => rival.vectorStores.files.delete(file.id, where),
    () => rival.vectorStores.files.content(file.id, where),
    () => rival.vectorStores.fileBatches.create(own.id, { file_ids: [file.id] }),
    () => rival.vectorStores.fileBatches.retrieve(batch.id, where),
    () => rival.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: own.id }),
    () => rival.vectorStores.fileBatches.cancel(batch.id, { vector_store_id: own.id }),
    () => rival.vectorStores.fileBatches.listFiles(batch.id, { vector_store_id: own.id }),
  ];
  for (const call of foreign) {
    const error = await errorOf(Promise.resolve(call()));
    expect(error).toMatchObject({ status: 404 });
    expect(revealed(['zanzibarium', 'falconridge', 'acme'], error, '')).toEqual([]);
  }
  const seen = [
    (await rival.files.list()).data,
    (await rival.vectorStores.list()).data,
    (await rival.files.list({ after: file.id })).data,
    (await rival.vectorStores.list({ after: store.id })).data,
    (await rival.vectorStores.search(own.id, { query: 'zanzibarium falconridge' })).data,
  ];
  expect(revealed(['zanzibarium', 'falconridge', file.id, store.id], seen, '')).toEqual([]);
  expect((await client.vectorStores.retrieve(store.id)).file_counts.completed).toBe(1);
});

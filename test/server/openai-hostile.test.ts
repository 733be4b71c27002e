import { request } from 'node:http';
import fc from 'fast-check';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';

let served: ServedLayer;
let client: OpenAI;
let key: string;

beforeAll(async () => {
  // Nothing is worked on: what is queued stays queued.
  served = await serveLayer({ jobs: { worker: false } });
  key = await served.key('acme');
  client = new OpenAI({ apiKey: key, baseURL: `${served.url}/v1`, maxRetries: 0 });
});
afterAll(() => served.close());

async function files(count: number): Promise<string[]> {
  const made = await Promise.all(
    Array.from({ length: count }, async (_, at) =>
      client.files.create({
        file: await toFile(Buffer.from(`text ${at}`), `${at}.txt`),
        purpose: 'assistants',
      }),
    ),
  );
  return made.map(({ id }) => id);
}

describe('files that wait to be worked on', () => {
  test('are in progress, and a batch of them can be cancelled', async () => {
    const [first = '', ...rest] = await files(3);
    const store = await client.vectorStores.create({ name: 'waiting' });
    const batch = await client.vectorStores.fileBatches.create(store.id, {
      files: [{ file_id: first, attributes: { rank: 1 } }, ...rest.map((file_id) => ({ file_id }))],
    });
    expect(batch).toMatchObject({ status: 'in_progress', file_counts: { in_progress: 3, total: 3 } });
    expect((await client.vectorStores.retrieve(store.id)).status).toBe('in_progress');
    const where = { vector_store_id: store.id };
    const waiting = await client.vectorStores.files.retrieve(first, where);
    expect(waiting).toMatchObject({ status: 'in_progress', attributes: { rank: 1 }, last_error: null });

    const cancelled = await client.vectorStores.fileBatches.cancel(batch.id, where);
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      file_counts: { cancelled: 3, in_progress: 0, total: 3 },
    });
    const listed = await client.vectorStores.files.list(store.id, { filter: 'cancelled' });
    expect(listed.data).toHaveLength(3);
    expect(await served.layer.scope({ tenantId: 'acme' }).uploads.list()).toEqual([]);

    // Given again, it is worked on again.
    const again = await client.vectorStores.files.create(store.id, { file_id: first });
    expect(again.status).toBe('in_progress');
    await client.vectorStores.files.delete(first, where);
    expect(await served.layer.scope({ tenantId: 'acme' }).uploads.list()).toEqual([]);
    expect(await client.files.retrieve(first)).toMatchObject({ id: first });
  });

  test('are none of the store when one of them is not there', async () => {
    const [file = ''] = await files(1);
    const store = await client.vectorStores.create({ name: 'whole' });
    const missing = 'file-00000000-0000-4000-8000-000000000000';
    const batch = client.vectorStores.fileBatches.create(store.id, { file_ids: [file, missing] });
    await expect(batch).rejects.toMatchObject({ status: 404 });
    expect((await client.vectorStores.files.list(store.id)).data).toEqual([]);
    const before = (await client.vectorStores.list()).data.length;
    await expect(client.vectorStores.create({ file_ids: [missing] })).rejects.toMatchObject({ status: 404 });
    expect((await client.vectorStores.list()).data).toHaveLength(before);
  });
});

test('an upload that breaks off leaves no file', async () => {
  const before = (await client.files.list()).data.length;
  const head = [
    '--x',
    'Content-Disposition: form-data; name="purpose"',
    '',
    'assistants',
    '--x',
    'Content-Disposition: form-data; name="file"; filename="cut.txt"',
    'Content-Type: text/plain',
    '',
    'the beginning of',
  ].join('\r\n');
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'multipart/form-data; boundary=x',
    'content-length': 1_000_000,
  };
  const sent = request(`${served.url}/v1/files`, { method: 'POST', headers });
  const gone = new Promise((resolve) => sent.once('error', resolve));
  await new Promise<void>((resolve) => sent.write(head, () => resolve()));
  sent.destroy(new Error('cut'));
  await gone;
  expect((await client.files.list()).data).toHaveLength(before);
});

const ROUTES = [
  ['POST', '/v1/embeddings'],
  ['GET', '/v1/models/{id}'],
  ['GET', '/v1/files'],
  ['POST', '/v1/files'],
  ['GET', '/v1/files/{id}'],
  ['GET', '/v1/files/{id}/content'],
  ['DELETE', '/v1/files/{id}'],
  ['GET', '/v1/vector_stores'],
  ['POST', '/v1/vector_stores'],
  ['GET', '/v1/vector_stores/{id}'],
  ['POST', '/v1/vector_stores/{id}'],
  ['DELETE', '/v1/vector_stores/{id}'],
  ['POST', '/v1/vector_stores/{store}'],
  ['GET', '/v1/vector_stores/{store}/files'],
  ['POST', '/v1/vector_stores/{store}/files'],
  ['GET', '/v1/vector_stores/{store}/files/{id}'],
  ['POST', '/v1/vector_stores/{store}/files/{id}'],
  ['GET', '/v1/vector_stores/{store}/files/{id}/content'],
  ['DELETE', '/v1/vector_stores/{store}/files/{id}'],
  ['POST', '/v1/vector_stores/{store}/file_batches'],
  ['GET', '/v1/vector_stores/{store}/file_batches/{id}'],
  ['POST', '/v1/vector_stores/{store}/file_batches/{id}/cancel'],
  ['GET', '/v1/vector_stores/{store}/file_batches/{id}/files'],
  ['POST', '/v1/vector_stores/{store}/search'],
  ['POST', '/mcp'],
] as const;

/** Names that the API knows, with values that it does not expect. */
const NAMES = [
  'input',
  'model',
  'dimensions',
  'encoding_format',
  'name',
  'file_id',
  'file_ids',
  'files',
  'attributes',
  'metadata',
  'expires_after',
  'chunking_strategy',
  'query',
  'filters',
  'max_num_results',
  'ranking_options',
  'type',
  'key',
  'value',
  'limit',
  'order',
  'after',
  'before',
  'filter',
  'purpose',
  'jsonrpc',
  'method',
  'params',
  'id',
];
const hostile = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    "'; drop table x --",
    '9'.repeat(400),
    '../../x',
    'file-',
    'vs_',
    1e308,
    -1,
    {},
  ),
);
const body = fc.dictionary(fc.constantFrom(...NAMES), hostile, { maxKeys: 4 });
const id = fc.oneof(
  fc.constantFrom(
    'file-00000000-0000-4000-8000-000000000000',
    'vs_0',
    'vsfb_0',
    '%00',
    '..',
    'x'.repeat(3000),
  ),
  fc.string({ minLength: 1, maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

test('whatever is sent to a route, it is answered, and never as a defect', async () => {
  const { id: store } = await client.vectorStores.create({ name: 'fuzzed' });
  const call = fc.record({ route: fc.constantFrom(...ROUTES), id, body, query: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(call, async ({ route: [method, path], id: given, body: sent, query }) => {
      const filled = path.replace('{store}', store).replace('{id}', given);
      const words = query
        ? `?${new URLSearchParams(Object.fromEntries(Object.entries(sent).map(([k, v]) => [k, String(v)])))}`
        : '';
      const answer = await fetch(`${served.url}${filled}${words}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        ...(method === 'POST' && { body: JSON.stringify(sent) }),
      });
      expect({ status: answer.status, text: await answer.text() }).toMatchObject({
        status: expect.toSatisfy((status: number) => status < 500),
        text: expect.not.stringMatching(/AQF_INTERNAL|Something went wrong|at .*\.(js|ts):\d/),
      });
    }),
    { numRuns: Number(process.env.AQUIFER_FUZZ_RUNS ?? 400) },
  );
}, 120_000);

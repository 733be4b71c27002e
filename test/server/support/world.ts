import { setTimeout as pause } from 'node:timers/promises';
import { type ServedLayer, serveLayer } from '../../support/served-layer.js';
import { type Asked, CheckedClient } from './checked-client.js';
import { ENTITIES } from './entities.js';

/** What one tenant has, by which routes are asked. */
export interface Belongings {
  readonly key: string;
  readonly document: string;
  readonly trashed: string;
  readonly upload: string;
  readonly row: string;
  readonly deletedRow: string;
  readonly collection: string;
  readonly apiKey: string;
  readonly spareKey: string;
  /** By OpenAI's ids. */
  readonly file: string;
  readonly store: string;
  readonly batch: string;
  /** Occurs in everything that the tenant stored. */
  readonly word: string;
}

export interface World extends AsyncDisposable {
  readonly served: ServedLayer;
  readonly client: CheckedClient;
  readonly alice: Belongings;
  readonly bob: Belongings;
}

export async function openWorld(): Promise<World> {
  const served = await serveLayer({ entities: ENTITIES, server: { slowQueryMs: 1 } });
  const client = await CheckedClient.open(served.url);
  return {
    served,
    client,
    alice: await belongingsOf(served, client, 'hushed-acme', 'zanzibarium'),
    bob: await belongingsOf(served, client, 'bob', 'nettlewood'),
    [Symbol.asyncDispose]: () => served.close(),
  };
}

const ROW = '/api/entities/{entity}/{id}';

async function belongingsOf(
  served: ServedLayer,
  client: CheckedClient,
  tenantId: string,
  word: string,
): Promise<Belongings> {
  const key = await served.key(tenantId, ['owner']);
  const ask = (method: string, path: string, asked: Asked = {}) =>
    client.ask(method, path, { key, ...asked });
  const collection = `${word}-papers`;
  await ask('POST', '/api/collections', { body: { name: collection } });
  const add = async (source: string) => {
    const text = `The ${word} policy says who approves travel.`;
    return (await ask('POST', '/api/documents', { body: { source: `${word}/${source}`, text } })).body
      .documentId;
  };
  const [document, trashed] = [await add('one.md'), await add('two.md')];
  await ask('DELETE', '/api/documents/{id}', { params: { id: trashed } });
  const upload = await uploadOf(ask, word);
  const part = async (name: string) =>
    (await ask('POST', '/api/entities/{entity}', { params: { entity: 'parts' }, body: { name, note: word } }))
      .body.id;
  const [row, deletedRow] = [await part(`${word} one`), await part(`${word} two`)];
  await ask('POST', '/api/entities/{entity}', {
    params: { entity: 'manuals' },
    body: { title: word, note: word },
  });
  const params = { entity: 'parts', id: row };
  await ask('PATCH', ROW, { params, body: { stock: 2 } });
  await ask('POST', `${ROW}/branches`, { params, body: { name: 'draft' } });
  await ask('DELETE', ROW, { params: { entity: 'parts', id: deletedRow } });
  const newKey = async () => (await ask('POST', '/api/keys', { body: { name: `${word} key` } })).body.id;
  const [apiKey, spareKey] = [await newKey(), await newKey()];
  const ofOpenAi = await storeOf(ask, word);
  return {
    key,
    document,
    trashed,
    upload,
    row,
    deletedRow,
    collection,
    apiKey,
    spareKey,
    word,
    ...ofOpenAi,
  };
}

async function storeOf(ask: Ask, word: string) {
  const { id: file } = (await ask('POST', '/v1/files', { body: fileForm(`A ${word} of files.`) })).body;
  const { id: store } = (await ask('POST', '/v1/vector_stores', { body: { name: `${word} store` } })).body;
  const params = { store };
  const files = { file_ids: [file] };
  const { id: batch } = (await ask('POST', `${STORE}/file_batches`, { params, body: files })).body;
  for (;;) {
    const { body } = await ask('GET', `${STORE}/file_batches/{batch}`, { params: { store, batch } });
    if (body.status === 'completed') return { file, store, batch };
    await pause(20);
  }
}

const STORE = '/v1/vector_stores/{store}';
/** Of the layer: what every tenant is embedded with. */
const MODEL = 'builtin:use-lite-en';

function fileForm(text: string): FormData {
  const form = new FormData();
  form.append('purpose', 'assistants');
  form.append('file', new File([text], 'kept.txt', { type: 'text/plain' }));
  return form;
}

type Ask = (method: string, path: string, asked?: Asked) => ReturnType<CheckedClient['ask']>;

async function uploadOf(ask: Ask, word: string): Promise<string> {
  const body = new FormData();
  body.append('file', new File([`A note on ${word} rules.`], `${word}.txt`, { type: 'text/plain' }));
  const { uploads } = (await ask('POST', '/api/documents', { body })).body;
  const { id } = uploads[0];
  for (;;) {
    const { status } = (await ask('GET', '/api/uploads/{id}', { params: { id } })).body;
    if (status === 'stored') return id;
    if (status === 'failed') throw new Error('The upload failed.');
    await pause(20);
  }
}

type Call = (of: Belongings) => Asked;

const parts = (of: Belongings) => ({ params: { entity: 'parts', id: of.row } });
const branch = (of: Belongings) => ({ params: { entity: 'parts', id: of.row, branch: 'draft' } });

/** How each route is asked for what a tenant has, in an order in which all of them have something to answer. */
export const CALLS: Readonly<Record<string, Call>> = {
  'GET /api/session': () => ({}),
  'GET /api/tenant': () => ({}),
  'GET /api/overview': () => ({}),
  'POST /api/search': ({ word }) => ({ body: { question: word, explain: true, facets: ['x'] } }),
  'POST /api/retrieve': ({ word }) => ({ body: { question: word, budget: 100 } }),
  'GET /api/collections': () => ({}),
  'POST /api/collections': ({ word }) => ({ body: { name: `${word}-more` } }),
  'GET /api/collections/{name}': ({ collection }) => ({ params: { name: collection } }),
  'PATCH /api/collections/{name}': ({ collection }) => ({
    params: { name: collection },
    body: { retentionDays: 7 },
  }),
  'DELETE /api/collections/{name}': ({ collection }) => ({ params: { name: collection } }),
  'GET /api/documents': () => ({ query: { limit: '1' } }),
  'POST /api/documents': ({ word }) => ({ body: { source: `${word}/new.md`, text: `More on ${word}.` } }),
  'GET /api/documents/{id}': ({ document }) => ({ params: { id: document } }),
  'GET /api/documents/{id}/text': ({ document }) => ({ params: { id: document } }),
  'GET /api/documents/{id}/chunks': ({ document }) => ({ params: { id: document } }),
  'GET /api/documents/{id}/original': ({ document }) => ({ params: { id: document } }),
  'GET /api/documents/{id}/history': ({ document }) => ({ params: { id: document } }),
  'POST /api/documents/{id}/reembed': ({ document }) => ({ params: { id: document } }),
  'POST /api/documents/{id}/restore': ({ trashed }) => ({ params: { id: trashed } }),
  'GET /api/uploads': () => ({}),
  'GET /api/uploads/{id}': ({ upload }) => ({ params: { id: upload } }),
  'DELETE /api/uploads/{id}': ({ upload }) => ({ params: { id: upload } }),
  'GET /api/entities': () => ({}),
  'GET /api/entities/{entity}': () => ({ params: { entity: 'parts' } }),
  'POST /api/entities/{entity}': ({ word }) => ({
    params: { entity: 'parts' },
    body: { name: `${word} three`, secret: word },
  }),
  'GET /api/entities/{entity}/{id}': parts,
  'PATCH /api/entities/{entity}/{id}': (of) => ({ ...parts(of), body: { stock: 4 } }),
  'GET /api/entities/{entity}/{id}/history': parts,
  'GET /api/entities/{entity}/{id}/diff': (of) => ({ ...parts(of), query: { from: '1', to: '2' } }),
  'POST /api/entities/{entity}/{id}/revert': (of) => ({ ...parts(of), body: { revision: 1 } }),
  'POST /api/entities/{entity}/{id}/restore': ({ deletedRow }) => ({
    params: { entity: 'parts', id: deletedRow },
  }),
  'POST /api/entities/{entity}/search': ({ word }) => ({
    params: { entity: 'manuals' },
    body: { question: word, mode: 'lexical' },
  }),
  'GET /api/entities/{entity}/{id}/branches': parts,
  'POST /api/entities/{entity}/{id}/branches': (of) => ({ ...parts(of), body: { name: 'other' } }),
  'GET /api/entities/{entity}/{id}/branches/{branch}': branch,
  'PATCH /api/entities/{entity}/{id}/branches/{branch}': (of) => ({ ...branch(of), body: { stock: 9 } }),
  'POST /api/entities/{entity}/{id}/branches/{branch}/merge': (of) => ({
    ...branch(of),
    body: { resolutions: { stock: 'branch' } },
  }),
  'DELETE /api/entities/{entity}/{id}/branches/{branch}': (of) => ({
    params: { entity: 'parts', id: of.row, branch: 'other' },
  }),
  'DELETE /api/entities/{entity}/{id}': parts,
  'GET /api/audit': () => ({}),
  'POST /api/audit/verify': () => ({ body: {} }),
  'GET /api/usage': () => ({}),
  'GET /api/jobs': () => ({}),
  'POST /api/jobs/retry': ({ document }) => ({ body: { documents: [document] } }),
  'GET /api/keys': () => ({}),
  'POST /api/keys': ({ word }) => ({ body: { name: `${word} new`, roles: ['viewer'] } }),
  'POST /api/keys/{id}/rotate': ({ apiKey }) => ({ params: { id: apiKey } }),
  'DELETE /api/keys/{id}': ({ spareKey }) => ({ params: { id: spareKey } }),
  'GET /api/operations': () => ({}),
  'GET /v1/models': () => ({}),
  'GET /v1/models/{model}': () => ({ params: { model: MODEL } }),
  'POST /v1/embeddings': ({ word }) => ({ body: { model: MODEL, input: word } }),
  'GET /v1/files': () => ({}),
  'POST /v1/files': () => ({ body: fileForm('More of files.') }),
  'GET /v1/files/{file}': ({ file }) => ({ params: { file } }),
  'GET /v1/files/{file}/content': ({ file }) => ({ params: { file } }),
  'GET /v1/vector_stores': () => ({}),
  'POST /v1/vector_stores': ({ word }) => ({ body: { name: `${word} more` } }),
  [`GET ${STORE}`]: ({ store }) => ({ params: { store } }),
  [`POST ${STORE}`]: ({ store }) => ({ params: { store }, body: { metadata: { a: 'b' } } }),
  [`POST ${STORE}/search`]: ({ store, word }) => ({ params: { store }, body: { query: word } }),
  [`GET ${STORE}/file_batches/{batch}`]: ({ store, batch }) => ({ params: { store, batch } }),
  [`GET ${STORE}/file_batches/{batch}/files`]: ({ store, batch }) => ({ params: { store, batch } }),
  [`POST ${STORE}/file_batches/{batch}/cancel`]: ({ store, batch }) => ({ params: { store, batch } }),
  [`POST ${STORE}/file_batches`]: ({ store, file }) => ({ params: { store }, body: { file_ids: [file] } }),
  [`GET ${STORE}/files`]: ({ store }) => ({ params: { store } }),
  [`POST ${STORE}/files`]: ({ store, file }) => ({ params: { store }, body: { file_id: file } }),
  [`GET ${STORE}/files/{file}`]: ({ store, file }) => ({ params: { store, file } }),
  [`POST ${STORE}/files/{file}`]: ({ store, file }) => ({
    params: { store, file },
    body: { attributes: { a: 1 } },
  }),
  [`GET ${STORE}/files/{file}/content`]: ({ store, file }) => ({ params: { store, file } }),
  [`DELETE ${STORE}/files/{file}`]: ({ store, file }) => ({ params: { store, file } }),
  [`DELETE ${STORE}`]: ({ store }) => ({ params: { store } }),
  'DELETE /v1/files/{file}': ({ file }) => ({ params: { file } }),
  'DELETE /api/documents/{id}': ({ document }) => ({ params: { id: document } }),
};

/** These name nothing that could be another's: they answer of the tenant that asks. */
export const OF_WHO_ASKS = [
  'GET /api/session',
  'GET /api/tenant',
  'GET /api/overview',
  'POST /api/search',
  'POST /api/retrieve',
  'GET /api/collections',
  'POST /api/collections',
  'GET /api/documents',
  'POST /api/documents',
  'GET /api/uploads',
  'GET /api/entities',
  'GET /api/entities/{entity}',
  'POST /api/entities/{entity}',
  'POST /api/entities/{entity}/search',
  'GET /api/audit',
  'POST /api/audit/verify',
  'GET /api/usage',
  'GET /api/jobs',
  'POST /api/jobs/retry',
  'GET /api/keys',
  'POST /api/keys',
  'GET /api/operations',
  'GET /v1/models',
  'GET /v1/models/{model}',
  'POST /v1/embeddings',
  'GET /v1/files',
  'POST /v1/files',
  'GET /v1/vector_stores',
  'POST /v1/vector_stores',
];

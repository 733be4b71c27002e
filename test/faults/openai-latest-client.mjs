// The newest OpenAI client, on a Node that it wants: everything that a program does with files and vector stores.
import OpenAI, { toFile } from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const poll = { pollIntervalMs: 20 };
const file = (name, text) => toFile(Buffer.from(text), name, { type: 'text/plain' });

const [model] = (await client.models.list()).data;
const { data } = await client.embeddings.create({ model: model.id, input: ['oil', 'water'] });
const store = await client.vectorStores.create({ name: 'latest' });
const attributes = { kind: 'manual' };
const uploaded = await client.files.create({
  file: await file('pump.txt', 'The pump is primed with oil.'),
  purpose: 'assistants',
});
const one = await client.vectorStores.files.createAndPoll(
  store.id,
  { file_id: uploaded.id, attributes },
  poll,
);
const files = [await file('a.txt', 'Apples are red.'), await file('b.txt', 'Bananas are yellow.')];
const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files }, poll);
const listed = [];
for await (const { status } of client.vectorStores.files.list(store.id, { limit: 1 })) listed.push(status);
const filters = { type: 'eq', key: 'kind', value: 'manual' };
const found = await client.vectorStores.search(store.id, { query: 'What primes the pump?', filters });
const refused = await client.responses
  .create({ model: 'gpt-5', input: 'x' })
  .catch(({ status, code }) => ({ status, code }));
await client.vectorStores.delete(store.id);
const names = found.data.map(({ filename }) => filename);
const lengths = data.map(({ embedding }) => embedding.length);
console.log(JSON.stringify({ lengths, one: one.status, batch: batch.file_counts, listed, names, refused }));

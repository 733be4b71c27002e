import { expect, test } from 'vitest';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { CheckedClient } from '../server/support/checked-client.js';
import { ENTITIES } from '../server/support/entities.js';
import { fuzzedRequests, sendAll } from '../server/support/fuzz.js';
import { serveLayer } from '../support/served-layer.js';

const REQUESTS = 10_000;

test('ten thousand requests made of the document find no 5xx and no hang', async () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
  console.log(`FUZZ_SEED=${seed}`);
  const served = await serveLayer({ entities: ENTITIES, embedder: new MadeEmbedder() });
  try {
    const requests = fuzzedRequests(await CheckedClient.open(served.url), REQUESTS, seed);
    const { failures, fine } = await sendAll(served.url, await served.key('fuzz', ['owner']), requests);
    expect(failures).toEqual([]);
    expect(fine).toBeGreaterThan(requests.length / 10);
  } finally {
    await served.close();
  }
}, 900_000);

import { expect, test } from 'vitest';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { serveLayer } from '../support/served-layer.js';
import { CheckedClient } from './support/checked-client.js';
import { ENTITIES } from './support/entities.js';
import { fuzzedRequests, sendAll } from './support/fuzz.js';

/** test/faults has ten thousand, of another seed each time. */
const REQUESTS = 1500;
const SEED = 7;

test('no request that the document can make is answered with 5xx, or not at all', async () => {
  const served = await serveLayer({ entities: ENTITIES, embedder: new MadeEmbedder() });
  try {
    const client = await CheckedClient.open(served.url);
    const requests = fuzzedRequests(client, REQUESTS, SEED);
    const { failures, fine } = await sendAll(served.url, await served.key('fuzz', ['owner']), requests);
    expect(failures).toEqual([]);
    expect(fine).toBeGreaterThan(requests.length / 10);
  } finally {
    await served.close();
  }
}, 120_000);

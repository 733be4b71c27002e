import { expect, test, vi } from 'vitest';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

test('a process that works embeds what an earlier one left waiting', async () => {
  const folder = makeTempDir();
  const writer = await openLayer(folder, { jobs: { worker: false } });
  const { documents } = writer.scope({ tenantId: 'acme' });
  await documents.ingest({ source: 'a.txt', text: 'The lift is out of order.', embed: 'later' });
  expect((await writer.embedding.backlog()).documents).toBe(1);
  await writer.close();

  const server = await openLayer(folder);
  server.startWork();
  await vi.waitFor(async () => expect((await server.embedding.backlog()).documents).toBe(0), {
    timeout: 30_000,
    interval: 100,
  });
  await server.close();
  removeTempDir(folder);
});

import { readdirSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, finished } from '../server/support/documents.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';

const GIB = 1 << 30;
const MIB = 1 << 20;
const PIECE = Buffer.alloc(64 * 1024, 'The heron waits at the weir. ');

let served: ServedLayer;
let key: string;
beforeAll(async () => {
  served = await serveLayer({}, { uploadBytes: 2 * GIB });
  key = await served.key('acme', ['owner']);
});
afterAll(() => served.close());

test('a file of 1 GiB is streamed to the disk with less than 150 MiB of memory', async () => {
  const ask = asking(served, key);
  await ask('GET', '/api/documents');
  global.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const began = performance.now();
  const { status, body } = await upload(served.url, key, GIB);
  clearInterval(watching);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `1 GiB in ${seconds.toFixed(1)} s (${(1024 / seconds).toFixed(0)} MiB/s), memory + ${((most - before) / MIB).toFixed(0)} MiB`,
  );
  expect(status).toBe(202);
  expect((most - before) / MIB).toBeLessThan(150);
  const [{ id, bytes }] = JSON.parse(body).uploads;
  expect(bytes).toBe(GIB);
  // Too large to be read as a document: it says so, and is gone when it is forgotten.
  expect(await finished(ask, id)).toMatchObject({
    status: 'failed',
    error: { code: 'AQF_EXTRACTION_TOO_LARGE' },
  });
  expect((await ask('DELETE', `/api/uploads/${id}`)).status).toBe(204);
  const folder = join(served.layer.config.values.dataDir, 'files');
  const left = readdirSync(folder, { recursive: true }).map(String);
  expect(left.filter((name) => /[0-9a-f]{64}$/.test(name) || /incoming./.test(name))).toEqual([]);
});

async function upload(url: string, key: string, bytes: number): Promise<{ status: number; body: string }> {
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="large.txt"\r\n\r\n';
  const tail = '\r\n--b--\r\n';
  const request = send(`${url}/api/documents`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': head.length + bytes + tail.length,
    },
  });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => {
      let body = '';
      for await (const piece of response) body += String(piece);
      resolve({ status: response.statusCode ?? 0, body });
    });
  });
  const pieces = function* () {
    yield Buffer.from(head);
    for (let sent = 0; sent < bytes; sent += PIECE.length) yield PIECE;
    yield Buffer.from(tail);
  };
  await pipeline(Readable.from(pieces(), { objectMode: false, highWaterMark: 64 * 1024 }), request);
  return answered;
}

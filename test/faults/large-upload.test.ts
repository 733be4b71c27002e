import { readdirSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking } from '../server/support/documents.js';
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

test.each(['/v1/files', '/api/documents'])(
  '1 GiB sent to %s takes less than 150 MiB of memory',
  async (path) => {
    const ask = asking(served, key);
    await ask('GET', '/api/documents');
    global.gc?.();
    const before = process.memoryUsage.rss();
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    const began = performance.now();
    const { status, body } = await upload(`${served.url}${path}`, key, GIB);
    clearInterval(watching);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `1 GiB in ${seconds.toFixed(1)} s (${(1024 / seconds).toFixed(0)} MiB/s), memory + ${((most - before) / MIB).toFixed(0)} MiB`,
    );
    expect((most - before) / MIB).toBeLessThan(150);
    const answer = JSON.parse(body);
    if (path === '/v1/files') {
      expect([status, answer.bytes]).toEqual([200, GIB]);
      expect((await ask('DELETE', `/v1/files/${answer.id}`)).status).toBe(200);
    } else {
      // Too large to be read as a document: it is refused as soon as that is known.
      expect([status, answer.code]).toEqual([413, 'AQF_EXTRACTION_TOO_LARGE']);
    }
    const folder = join(served.layer.config.values.dataDir, 'files');
    const left = readdirSync(folder, { recursive: true }).map(String);
    expect(left.filter((name) => /[0-9a-f]{64}$/.test(name) || /incoming./.test(name))).toEqual([]);
  },
);

async function upload(url: string, key: string, bytes: number): Promise<{ status: number; body: string }> {
  const purpose = url.includes('/v1/')
    ? '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
    : '';
  const head = `${purpose}--b\r\ncontent-disposition: form-data; name="file"; filename="large.txt"\r\n\r\n`;
  const tail = '\r\n--b--\r\n';
  const request = send(url, {
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
  const sent = pipeline(Readable.from(pieces(), { objectMode: false, highWaterMark: 64 * 1024 }), request);
  sent.catch(() => undefined);
  // Who is answered before he has sent everything need not go on.
  const answer = await answered;
  if (request.writableFinished) await sent;
  else request.destroy();
  return answer;
}

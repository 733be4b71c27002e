import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataLayerOptions } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { pdf } from '../support/pdf.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { type Ask, asking, finished, form, uploaded } from './support/documents.js';

const hasServer = await serviceAvailable('postgres');
const page = { texts: [{ text: 'The kingfisher dives for minnows.', y: 700 }] };

describe.each(hasServer ? (['embedded', 'postgres'] as const) : (['embedded'] as const))(
  'uploads over HTTP (%s)',
  (kind) => {
    let database: TestDatabase | undefined;
    let served: ServedLayer;
    let alice: Ask;
    let bob: Ask;

    beforeAll(async () => {
      database = kind === 'postgres' ? await createTestDatabase() : undefined;
      const options: DataLayerOptions = database
        ? { relational: { provider: 'postgres', url: database.url } }
        : {};
      served = await serveLayer(options, { uploadBytes: 1 << 20 });
      alice = asking(served, await served.key('alice', ['owner']));
      bob = asking(served, await served.key('bob', ['owner']));
    });
    afterAll(async () => {
      await served?.close();
      await database?.drop();
    });

    const kept = () => {
      const folder = join(served.layer.config.values.dataDir, 'files');
      const names = readdirSync(folder, { recursive: true }).map(String);
      return names.filter((name) => /[0-9a-f]{64}$/.test(name) || /^incoming.+/.test(name));
    };

    it('makes a searchable document of a PDF, and keeps the file as it came', async () => {
      const bytes = pdf([page]);
      const answer = await alice('POST', '/api/documents', {
        body: form([['bird.pdf', bytes, 'application/pdf']], { metadata: '{"year":2024}', title: 'Birds' }),
      });
      expect(answer.status).toBe(202);
      expect(answer.body.uploads).toMatchObject([
        {
          fileName: 'bird.pdf',
          source: 'bird.pdf',
          collection: 'default',
          bytes: bytes.length,
          documentId: null,
        },
      ]);
      const upload = await finished(alice, answer.body.uploads[0].id);
      expect(upload).toMatchObject({ status: 'stored', error: null });
      const found = await alice('POST', '/api/search', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'kingfisher minnows', filter: { year: 2024 } }),
      });
      expect(found.body.results[0]).toMatchObject({ documentId: upload.documentId, title: 'Birds', page: 1 });
      const document = await alice('GET', `/api/documents/${upload.documentId}`);
      expect(document.body).toMatchObject({
        format: 'pdf',
        hasOriginal: true,
        embedding: 'current',
        deletedAt: null,
      });
    });

    it('takes several files at once, and says of each what is wrong with it', async () => {
      const [text, empty, strange] = await uploaded(
        alice,
        form([
          ['a/b\\notes.md', '# Heading\n\nText of notes.'],
          ['empty.txt', ''],
          ['noise.bin', new Uint8Array(2000).map((_, at) => (at * 7919) % 251), 'application/octet-stream'],
        ]),
      );
      expect(text).toMatchObject({ status: 'stored', fileName: 'notes.md' });
      expect(empty).toMatchObject({
        status: 'failed',
        documentId: null,
        error: { code: 'AQF_EXTRACTION_EMPTY' },
      });
      expect(strange).toMatchObject({ status: 'failed', error: { code: 'AQF_EXTRACTION_UNSUPPORTED' } });
      expect(strange.error.hint).toMatch(/\.$/);
      const failed = await alice('GET', '/api/uploads?status=failed&limit=1');
      expect(failed.body.items).toHaveLength(1);
      const next = await alice('GET', `/api/uploads?status=failed&limit=1&after=${failed.body.next}`);
      expect(next.body.items).toHaveLength(1);
      const before = kept().length;
      expect((await alice('DELETE', `/api/uploads/${strange.id}`)).status).toBe(204);
      expect((await alice('GET', `/api/uploads/${strange.id}`)).status).toBe(404);
      expect(kept()).toHaveLength(before - 1);
    });

    it('replaces the document when its file comes again, and keeps the newer original', async () => {
      const [one] = await uploaded(alice, form([['same.txt', 'first words']]));
      const [other] = await uploaded(alice, form([['same.txt', 'second words']]));
      expect(other.documentId).toBe(one.documentId);
      const original = await alice('GET', `/api/documents/${one.documentId}/original`);
      expect(original.body).toBe('second words');
    });

    it('refuses what cannot be, before a file is read', async () => {
      const tries: [FormData, string][] = [
        [form([['a.txt', 'x']], { colour: 'red' }), 'AQF_ARGUMENT_INVALID'],
        [form([['a.txt', 'x']], { metadata: '{' }), 'AQF_ARGUMENT_INVALID'],
        [form([['a.txt', 'x']], { metadata: '{"a":{"b":1}}' }), 'AQF_ARGUMENT_INVALID'],
        [form([['a.txt', 'x']], { language: 'not a language' }), 'AQF_ARGUMENT_INVALID'],
        [form([['a.txt', 'x']], { collection: 'none' }), 'AQF_COLLECTION_NOT_FOUND'],
        [
          form(
            [
              ['a.txt', 'x'],
              ['b.txt', 'y'],
            ],
            { source: 'one' },
          ),
          'AQF_ARGUMENT_INVALID',
        ],
        [form([]), 'AQF_ARGUMENT_INVALID'],
      ];
      const before = kept();
      for (const [body, code] of tries)
        expect((await alice('POST', '/api/documents', { body })).body).toMatchObject({ code });
      expect(kept()).toEqual(before);
    });

    it('leaves nothing of a request with a file that is too large', async () => {
      const before = kept();
      const { body: uploads } = await alice('GET', '/api/uploads');
      const answer = await alice('POST', '/api/documents', {
        body: form([
          ['small.txt', 'small'],
          ['large.txt', new Uint8Array((1 << 20) + 1)],
        ]),
      });
      expect(answer).toMatchObject({ status: 413, body: { code: 'AQF_BODY_TOO_LARGE' } });
      expect(kept()).toEqual(before);
      expect((await alice('GET', '/api/uploads')).body).toEqual(uploads);
    });

    it('refuses at once what is too large to be read as a document, and hears the rest of the request out', async () => {
      const small = await serveLayer(
        { extraction: { limits: { maxBytes: 100_000 } }, jobs: { worker: false } },
        { uploadBytes: 1 << 30 },
      );
      try {
        const ask = asking(small, await small.key('acme', ['owner']));
        const bytes = new Uint8Array(8 << 20).fill(97);
        const refused = await ask('POST', '/api/documents', {
          body: form([
            ['fine.txt', 'small'],
            ['large.txt', bytes],
            ['behind.txt', 'after it'],
          ]),
        });
        expect(refused).toMatchObject({
          status: 413,
          body: {
            code: 'AQF_EXTRACTION_TOO_LARGE',
            detail: '"large.txt" is larger than what is read as a document: 100000 bytes.',
            hint: expect.stringContaining('extraction.limits.maxBytes'),
          },
        });
        expect((await ask('GET', '/api/uploads')).body.items).toEqual([]);
        const folder = join(small.layer.config.values.dataDir, 'files');
        const left = readdirSync(folder, { recursive: true }).map(String);
        expect(left.filter((name) => /[0-9a-f]{64}$|incoming./.test(name))).toEqual([]);
        // Of the very size that is read it is taken.
        const exact = form([['exact.txt', new Uint8Array(100_000).fill(97)]]);
        expect((await ask('POST', '/api/documents', { body: exact })).status).toBe(202);
      } finally {
        await small.close();
      }
    });

    it('shows uploads to nobody else', async () => {
      const [upload] = await uploaded(alice, form([['mine.txt', 'mine alone']]));
      for (const [method, path] of [
        ['GET', `/api/uploads/${upload.id}`],
        ['DELETE', `/api/uploads/${upload.id}`],
        ['GET', `/api/documents/${upload.documentId}/original`],
      ] as const)
        expect((await bob(method, path)).status).toBe(404);
      expect((await bob('GET', '/api/uploads')).body).toEqual({ items: [], next: null });
    });
  },
);

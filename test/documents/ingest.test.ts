import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataLayer, Scope } from '../../src/layer/index.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const SECTION = (topic: string) =>
  `# ${topic}\n\n${`The chapter about ${topic} explains it at length and in order. `.repeat(30)}`;
const TEXT = ['Harbours', 'Bridges', 'Lanterns', 'Granite'].map(SECTION).join('\n\n');
const chunking = { maxTokens: 200, overlapTokens: 20 };
const bytes = (text: string) => new TextEncoder().encode(text);

describe('ingesting a document', () => {
  let folder: string;
  let layer: DataLayer;
  let scope: Scope;
  beforeAll(async () => {
    folder = makeTempDir();
    layer = await openLayer(folder);
    scope = layer.scope({ tenantId: 'acme', actorId: 'tester' });
  });
  afterAll(async () => {
    await layer.close();
    await removeTempDir(folder);
  });

  test('stores text, chunks that slice it exactly, and who wrote it', async () => {
    const { documentId, status, chunks } = await scope.documents.ingest({
      source: 'a.md',
      bytes: bytes(TEXT),
      chunking,
    });
    expect(status).toBe('added');
    const document = await scope.documents.get(documentId);
    expect(document).toMatchObject({
      title: 'Harbours',
      format: 'markdown',
      createdBy: 'tester',
      chunks: chunks.total,
    });
    const stored = await scope.documents.chunks(documentId);
    expect(stored).toHaveLength(chunks.total);
    for (const { content, start, end } of stored) expect(document.content.slice(start, end)).toBe(content);
    expect(stored.at(-1)?.headingPath).toEqual(['Granite']);
  });

  test('leaves unchanged bytes alone', async () => {
    await scope.documents.ingest({ source: 'same.md', bytes: bytes(TEXT), chunking });
    const again = await scope.documents.ingest({ source: 'same.md', bytes: bytes(TEXT), chunking });
    expect(again).toMatchObject({ status: 'unchanged', chunks: { added: 0, removed: 0 } });
  });

  test('replaces only the chunks that changed', async () => {
    const first = await scope.documents.ingest({ source: 'edit.md', bytes: bytes(TEXT), chunking });
    const edited = TEXT.replace('chapter about Granite', 'chapter on Granite');
    const second = await scope.documents.ingest({ source: 'edit.md', bytes: bytes(edited), chunking });
    expect(second).toMatchObject({ status: 'updated', documentId: first.documentId });
    expect(second.chunks.added).toBeGreaterThan(0);
    expect(second.chunks.added).toBeLessThan(second.chunks.total / 2);
    expect(second.chunks.removed).toBe(second.chunks.added);
  });

  test('moves chunks that shifted without embedding them again', async () => {
    await scope.documents.ingest({ source: 'shift.md', bytes: bytes(`${TEXT}\n`), chunking });
    const shifted = `${SECTION('Preface')}\n\n${TEXT}`;
    const { chunks, documentId } = await scope.documents.ingest({
      source: 'shift.md',
      bytes: bytes(shifted),
      title: 'Harbours',
      chunking,
    });
    expect(chunks.added).toBeLessThan(chunks.total);
    const document = await scope.documents.get(documentId);
    for (const { content, start, end } of await scope.documents.chunks(documentId)) {
      expect(document.content.slice(start, end)).toBe(content);
    }
  });

  test('takes other settings as a change', async () => {
    await scope.documents.ingest({ source: 'settings.md', bytes: bytes(TEXT), chunking });
    const finer = await scope.documents.ingest({
      source: 'settings.md',
      bytes: bytes(TEXT),
      chunking: { maxTokens: 100, overlapTokens: 0 },
    });
    expect(finer.status).toBe('updated');
  });

  test('takes new metadata as a change that keeps every chunk', async () => {
    await scope.documents.ingest({ source: 'meta.md', bytes: bytes(TEXT), chunking });
    const tagged = await scope.documents.ingest({
      source: 'meta.md',
      bytes: bytes(TEXT),
      chunking,
      metadata: { year: 2025 },
    });
    expect(tagged).toMatchObject({ status: 'updated', chunks: { added: 0, removed: 0 } });
    expect((await scope.documents.get(tagged.documentId)).metadata).toMatchObject({ year: 2025 });
  });

  test('writes a document once when two callers bring it at the same time', async () => {
    const input = { source: 'race.md', bytes: bytes(TEXT), chunking };
    const results = await Promise.all([scope.documents.ingest(input), scope.documents.ingest(input)]);
    expect(new Set(results.map(({ documentId }) => documentId)).size).toBe(1);
    const [result] = results;
    expect(await scope.documents.chunks(result?.documentId ?? '')).toHaveLength(result?.chunks.total ?? 0);
  });

  test('stores what PostgreSQL cannot hold without it', async () => {
    const text = 'A nul \u0000 and half a pair \ud800 in the middle of a sentence.';
    const { documentId } = await scope.documents.ingest({
      source: 'odd \ud800',
      text,
      title: 'T\u0000',
      metadata: { k: '\u0000v' },
    });
    const { content, title } = await scope.documents.get(documentId);
    expect(content).toContain('in the middle of a sentence');
    expect(title).toBe('T');
  });

  test.each([
    ['neither bytes nor text', { source: 'x' }],
    ['both', { source: 'x', text: 'a', bytes: bytes('a') }],
    ['no source', { source: '', text: 'a' }],
    ['an unknown property', { source: 'x', text: 'a', tenantId: 'other' }],
    ['nested metadata', { source: 'x', text: 'a', metadata: { a: { b: 1 } } }],
  ])('refuses %s', async (_, input) => {
    await expect(scope.documents.ingest(input as never)).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });

  test('fails with the code of the extraction and stores nothing', async () => {
    const broken = scope.documents.ingest({ source: 'broken.pdf', bytes: bytes('%PDF-1.7\nnothing more') });
    await expect(broken).rejects.toMatchObject({ code: 'AQF_EXTRACTION_CORRUPT' });
    expect((await scope.documents.list()).some(({ source }) => source === 'broken.pdf')).toBe(false);
  });

  test('keeps the stored version when the new one cannot be read', async () => {
    const { documentId } = await scope.documents.ingest({
      source: 'turned.pdf',
      bytes: bytes(TEXT),
      chunking,
    });
    await expect(
      scope.documents.ingest({ source: 'turned.pdf', bytes: bytes('%PDF-1.7\n') }),
    ).rejects.toThrow();
    expect((await scope.documents.get(documentId)).content).toContain('Granite');
  });

  test('deletes a document with everything that belongs to it', async () => {
    const { documentId } = await scope.documents.ingest({
      source: 'gone.txt',
      text: 'The zephyrous quixotry of walruses.',
    });
    expect(await scope.search('zephyrous', { mode: 'lexical' })).toHaveLength(1);
    await scope.documents.delete(documentId);
    expect(await scope.search('zephyrous')).not.toContainEqual(expect.objectContaining({ documentId }));
    await expect(scope.documents.get(documentId)).rejects.toMatchObject({ code: 'AQF_DOCUMENT_NOT_FOUND' });
    await expect(scope.documents.delete(documentId)).rejects.toMatchObject({
      code: 'AQF_DOCUMENT_NOT_FOUND',
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Filter } from '../../src/filters/index.js';
import { createDataLayer, type DataLayer, type Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const HANDBOOK = new URL('../../examples/handbook', import.meta.url).pathname;
const postgresAvailable = await serviceAvailable('postgres');

searchSuite('embedded', async () => {
  const folder = makeTempDir();
  return { layer: await openLayer(folder), clean: () => removeTempDir(folder) };
});

describe.skipIf(!postgresAvailable)('with a server', () => {
  searchSuite('postgres', async () => {
    const database: TestDatabase = await createTestDatabase();
    const layer = await createDataLayer({ relational: { url: database.url } }, { env: {}, file: false });
    return { layer, clean: () => database.drop() };
  });
});

function searchSuite(
  name: string,
  open: () => Promise<{ layer: DataLayer; clean: () => Promise<void> }>,
): void {
  describe(`search on ${name}`, () => {
    let layer: DataLayer;
    let clean: () => Promise<void>;
    let scope: Scope;
    beforeAll(async () => {
      ({ layer, clean } = await open());
      scope = layer.scope({ tenantId: 'acme' });
      const result = await scope.documents.ingestFiles([HANDBOOK], {
        metadata: { kind: 'handbook', year: '2026' },
      });
      expect(result).toMatchObject({ added: 7, failed: [] });
    });
    afterAll(async () => {
      await layer.close();
      await clean();
    });

    test.each([
      [
        'Who has to approve a trip abroad?',
        'Travel and expenses',
        ['Travel and expenses', 'Before you book', 'Trips abroad'],
      ],
      [
        'whom to call about a lost or stolen device',
        'Information security',
        ['Information security', 'Devices', 'A lost or stolen device'],
      ],
      [
        'supplier risk classes',
        'Choosing and reviewing suppliers',
        ['Choosing and reviewing suppliers', 'Supplier risk'],
      ],
    ])('answers %j with its citation', async (question, title, headingPath) => {
      const [best] = await scope.search(question);
      expect(best).toMatchObject({ title, headingPath });
    });

    test('gives offsets that slice the stored text, and marks within the snippet', async () => {
      for (const result of await scope.search('probation conversation notes')) {
        const { content } = await scope.documents.get(result.documentId);
        expect(content.slice(result.start, result.end)).toBe(result.content);
        for (const [start, end] of result.snippet.marks) {
          expect(result.snippet.text.slice(start, end)).toMatch(/^(probation|conversation|note)/i);
        }
      }
    });

    test('runs each leg alone, and both', async () => {
      const [lexical] = await scope.search('sabbatical', { mode: 'lexical' });
      expect(lexical?.scores).toEqual({ lexical: expect.any(Number), semantic: null });
      const [semantic] = await scope.search('time off to travel the world', { mode: 'semantic' });
      expect(semantic?.scores).toEqual({ lexical: null, semantic: expect.any(Number) });
      const [both] = await scope.search('sabbatical');
      expect(both?.scores).toEqual({ lexical: expect.any(Number), semantic: expect.any(Number) });
    });

    test('quotes any word for the marks, quotes and backslashes of paths and addresses among them', async () => {
      const text = "Look at http://example.org/a'b\\c?d=1&e|f and at C:\\dir\\o'hara.txt for more.";
      await scope.documents.ingest({ source: 'quoting.txt', text });
      const found = await scope.search(text, { filter: { format: 'text' } });
      expect(found.map(({ source }) => source)).toContain('quoting.txt');
    });

    test('leaves snippets out where they are not wanted', async () => {
      const [best] = await scope.search('sabbatical', { snippets: false });
      expect(best?.snippet).toEqual({ text: '', marks: [] });
    });

    test('needs only one of the words to match, in any form and accent', async () => {
      const [best] = await scope.search('sabbaticals quetzalcoatl', { mode: 'lexical' });
      expect(best?.content).toContain('sabbatical');
      expect(await scope.search('sábbatical', { mode: 'lexical' })).toHaveLength(1);
    });

    test('counts a word of the question as often as it occurs', async () => {
      const score = async (question: string) =>
        (await scope.search(question, { mode: 'lexical' }))[0]?.score ?? 0;
      expect(await score('phishing phishing')).toBeCloseTo(2 * (await score('phishing')), 5);
    });

    test('filters by metadata, whatever its type', async () => {
      await scope.documents.ingest({
        source: 'n.txt',
        text: 'A sabbatical of numbers.',
        metadata: { year: 2024, draft: true, tags: ['a', 'b'] },
      });
      const sources = async (filter: Filter) =>
        (await scope.search('sabbatical', { filter })).map(({ source }) => source);
      expect(await sources({ year: 2024 })).toEqual(['n.txt']);
      expect(await sources({ year: '2024', draft: true })).toEqual([]);
      expect(await sources({ year: { gte: 2024 }, draft: true })).toEqual(['n.txt']);
      expect(await sources({ tags: 'b' })).toEqual(['n.txt']);
      expect(await sources({ format: 'markdown', kind: 'handbook' })).not.toContain('n.txt');
      expect(await sources({ kind: 'nothing' })).toEqual([]);
    });

    test('gives as many results as asked for', async () => {
      expect(await scope.search('the company and its people', { limit: 2 })).toHaveLength(2);
    });

    test('finds nothing where there is nothing, and nothing for stop words alone in the lexical mode', async () => {
      expect(await layer.scope({ tenantId: 'empty' }).search('anything')).toEqual([]);
      expect(await scope.search('the of and', { mode: 'lexical' })).toEqual([]);
    });

    test.each([
      ['an empty question', '  ', {}],
      ['an overlong question', 'a'.repeat(10_001), {}],
      ['an unknown mode', 'a', { mode: 'magic' }],
      ['a limit of nothing', 'a', { limit: 0 }],
      ['an unknown option', 'a', { tenantId: 'rival' }],
      ['a filter that is no value', 'a', { filter: { a: { b: 1 } } }],
    ])('refuses %s', async (_, question, options) => {
      await expect(scope.search(question, options as never)).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
      });
    });

    test.each([
      `'); drop table aquifer.chunks; --`,
      '!foo & (bar | <->',
      '%_\\',
      '" OR 1=1',
      '\u0000',
      '\ud800',
      '🦄 日本語',
      '* ~ { } [ ]',
    ])('survives the question %j', async (question) => {
      const outcome = await scope.search(question).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect(outcome).toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      expect((await scope.documents.count()).chunks).toBeGreaterThan(0);
    });
  });
}

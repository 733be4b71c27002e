import { describe, expect, test } from 'vitest';
import { type Searchable, searchTool } from '../../src/adapters/ai-sdk/index.js';
import type { SearchOptions, SearchResult } from '../../src/search/index.js';

class Recording implements Searchable {
  readonly calls: [string, SearchOptions | undefined][] = [];

  async search(question: string, options?: SearchOptions): Promise<SearchResult[]> {
    this.calls.push([question, options]);
    return Array.from({ length: options?.limit ?? 10 }, (_, n) => ({
      documentId: `d${n}`,
      source: `file${n}.pdf`,
      title: `Title ${n}`,
      metadata: { secret: true },
      ordinal: n,
      page: n === 0 ? 3 : null,
      headingPath: ['Part', 'Chapter'],
      start: 0,
      end: 4,
      content: `text ${n}`,
      snippet: { text: '', start: 0, marks: [] },
      score: 1,
      scores: { lexical: 1, semantic: null },
    })) as unknown as SearchResult[];
  }
}

describe('the search tool', () => {
  test('answers with numbered passages and nothing that the model need not know', async () => {
    const tool = searchTool(new Recording(), { options: { limit: 2 } });
    expect(await tool.execute({ question: 'what?' })).toEqual([
      {
        citation: 1,
        title: 'Title 0',
        source: 'file0.pdf',
        page: 3,
        section: 'Part › Chapter',
        text: 'text 0',
      },
      {
        citation: 2,
        title: 'Title 1',
        source: 'file1.pdf',
        page: null,
        section: 'Part › Chapter',
        text: 'text 1',
      },
    ]);
  });

  test('searches with the options of the program, and lets the model ask for fewer passages only', async () => {
    const source = new Recording();
    const tool = searchTool(source, { options: { filter: { kind: 'public' }, limit: 3 } });
    await tool.execute({ question: 'a', limit: 2 });
    await tool.execute({ question: 'b', limit: 1000 });
    expect(source.calls).toEqual([
      ['a', { filter: { kind: 'public' }, limit: 2, snippets: false }],
      ['b', { filter: { kind: 'public' }, limit: 3, snippets: false }],
    ]);
  });

  test('takes from the model a question and a number, and nothing else', () => {
    const { inputSchema } = searchTool(new Recording());
    expect(inputSchema.parse({ question: ' what? ', limit: 2, filter: {}, tenantId: 'x' })).toEqual({
      question: 'what?',
      limit: 2,
    });
    for (const wrong of [{}, { question: '' }, { question: 'a', limit: 6 }, { question: 'a', limit: 0 }]) {
      expect(inputSchema.safeParse(wrong).success).toBe(false);
    }
  });

  test('does not begin what was aborted', async () => {
    const source = new Recording();
    const call = { abortSignal: AbortSignal.abort() };
    await expect(searchTool(source).execute({ question: 'a' }, call)).rejects.toThrow('aborted');
    expect(source.calls).toEqual([]);
  });
});

import { z } from 'zod';
import type { SearchOptions, SearchResult } from '../../search/index.js';
import { passageText } from '../passage-text.js';
import type { Searchable } from '../searchable.js';

export interface SearchToolOptions {
  /** What the model is told of the tool: what there is to be found. @default a description of a search in documents */
  readonly description?: string;
  /**
   * Of every search: mode, filter and the like. They are the program's; the model can neither see nor change them, and
   * asks for no more passages than `limit`.
   * @default { limit: 5 }
   */
  readonly options?: SearchOptions;
}

export interface SearchToolInput {
  readonly question: string;
  readonly limit?: number | undefined;
}

/** What a tool is told of its call, as far as it matters here. */
export interface SearchToolCall {
  readonly abortSignal?: AbortSignal | undefined;
}

/** A passage as a language model reads it. */
export interface FoundPassage {
  /** Its number in the answer, from 1, to cite it by. */
  readonly citation: number;
  readonly title: string;
  readonly source: string;
  readonly page: number | null;
  readonly section: string;
  readonly text: string;
}

/** The shape of what `tool()` of the AI SDK gives. */
export interface SearchTool {
  readonly description: string;
  readonly inputSchema: z.ZodType<SearchToolInput>;
  execute(input: SearchToolInput, call?: SearchToolCall): Promise<FoundPassage[]>;
}

const DEFAULT_LIMIT = 5;
const DESCRIPTION =
  'Searches the documents. Ask one question in full words; call again with other words if the passages do not answer it. ' +
  'Cite a passage by its number.';

/**
 * A tool for the Vercel AI SDK that searches a scope: `tools: { search: searchTool(scope) }`. What it finds is of the
 * tenant of the scope, whatever the model asks for.
 */
export function searchTool(source: Searchable, { description, options }: SearchToolOptions = {}): SearchTool {
  const most = options?.limit ?? DEFAULT_LIMIT;
  return {
    description: description ?? DESCRIPTION,
    inputSchema: z.object({
      question: z
        .string()
        .trim()
        .min(1)
        .max(10_000)
        .describe('What is to be found, as a question or a phrase.'),
      limit: z.number().int().min(1).max(most).optional().describe(`How many passages, at most ${most}.`),
    }),
    execute: async ({ question, limit = most }, call) => {
      call?.abortSignal?.throwIfAborted();
      const found = await source.search(question, {
        snippets: false,
        ...options,
        limit: Math.min(limit, most),
      });
      return found.map(toPassage);
    },
  };
}

function toPassage(result: SearchResult, index: number): FoundPassage {
  const { title, source, page, headingPath } = result;
  return {
    citation: index + 1,
    title,
    source,
    page,
    section: headingPath.join(' › '),
    text: passageText(result),
  };
}

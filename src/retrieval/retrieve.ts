import { countTokens } from '../chunking/index.js';
import { AquiferError } from '../errors/index.js';
import type { SearchOptions } from '../search/index.js';
import { type CountTokens, fitPassages } from './context/fit.js';
import type { FoundChunk, Passage } from './context/passage.js';
import { renderContext } from './context/render.js';
import { uniqueChunks } from './context/repeats.js';

/** Tokens of a context where the call does not say. */
const TOKENS = 4000;
/** Chunks that are searched for where the call does not say. */
const LIMIT = 20;

/** How retrieval asks: `scope.search`, or another that finds chunks, best first. */
export type SearchChunks<Options> = (
  question: string,
  options: Options & { readonly limit: number; readonly snippets: false; readonly neighbours?: number },
) => Promise<readonly FoundChunk[]>;

export interface ContextOptions {
  /** Tokens that the text may have at most. @default 4000 */
  readonly tokens?: number;
  /** The best passage first, or the passages of a document together, in its order. @default 'score' */
  readonly order?: 'score' | 'document';
  /** Chunks before and after each that is found, 0 to 10, where there is room for them. @default 0 */
  readonly neighbours?: number;
  /** Results of a lower score are left out. @default none are */
  readonly minScore?: number;
  /** @default tokens of cl100k_base */
  readonly countTokens?: CountTokens;
}

export type RetrieveOptions<Options = SearchOptions> = Omit<Options, 'snippets' | 'neighbours'> &
  ContextOptions;

export interface Citation extends Omit<Passage, 'rank'> {
  /** The n of its mark `[n]` in the text. */
  readonly number: number;
  /** The text ends before the end of the chunk, which is longer than a context may be. */
  readonly truncated: boolean;
}

/** What a language model is given to answer from. */
export interface RetrievedContext {
  /** The passages, each under its mark `[n]` and where it is from; empty when nothing was found. */
  readonly text: string;
  /** Tokens of `text`. */
  readonly tokens: number;
  /** The passages in the order of the text; `content` is the document's own, without what makes it safe. */
  readonly citations: readonly Citation[];
  /** Chunks that were found and had no room. */
  readonly omitted: number;
}

/**
 * Searches, and makes one text of what was found, for a language model to answer from: equal texts once, chunks that
 * overlap or follow each other joined, within a number of tokens, each passage under a mark to cite it by. Text of a
 * document can neither end its block nor pass for such a mark.
 * @throws AQF_ARGUMENT_INVALID; what the search throws
 */
export async function retrieve<Options = SearchOptions>(
  search: SearchChunks<Omit<Options, 'snippets' | 'neighbours'>>,
  question: string,
  options: RetrieveOptions<Options> = {} as RetrieveOptions<Options>,
): Promise<RetrievedContext> {
  if (typeof options !== 'object' || options === null)
    throw invalid('The options of retrieval are an object.');
  const {
    tokens = TOKENS,
    order = 'score',
    neighbours = 0,
    minScore,
    countTokens: count,
    ...asked
  } = options;
  check(tokens, neighbours, order);
  const rest = asked as unknown as Omit<Options, 'snippets' | 'neighbours'> & { readonly limit?: number };
  const found = await search(question, {
    ...rest,
    limit: rest.limit ?? LIMIT,
    snippets: false,
    ...(neighbours > 0 && { neighbours }),
  });
  const good = minScore === undefined ? found : found.filter(({ score }) => score >= minScore);
  return buildContext(good, { tokens, order, countTokens: count ?? countTokens });
}

/** The context of chunks that were found already, best first. @throws AQF_ARGUMENT_INVALID */
export function buildContext(
  found: readonly FoundChunk[],
  { tokens = TOKENS, order = 'score', countTokens: count = countTokens }: ContextOptions = {},
): RetrievedContext {
  check(tokens, 0, order);
  for (let chunks = uniqueChunks(found), given = chunks.length; ; chunks = chunks.slice(0, -1)) {
    const { passages, cut, omitted } = fitPassages(chunks, tokens, count);
    const ordered = passages.toSorted(order === 'score' ? byRank : byDocument(passages));
    const text = renderContext(ordered);
    const used = count(text);
    // A tokenizer may join what was counted apart: then what was found last is given up.
    if (used > tokens && chunks.length > 0) continue;
    const citations = ordered.map((passage, at) => toCitation(passage, at + 1, cut));
    return { text, tokens: used, citations, omitted: omitted + given - chunks.length };
  }
}

function toCitation({ rank: _, ...passage }: Passage, number: number, truncated: boolean): Citation {
  return { number, ...passage, truncated };
}

function byRank(a: Passage, b: Passage): number {
  return a.rank - b.rank;
}

/** Documents in the order of their best passage. */
function byDocument(passages: readonly Passage[]): (a: Passage, b: Passage) => number {
  const best = new Map<string, number>();
  for (const { documentId, rank } of passages) {
    best.set(documentId, Math.min(rank, best.get(documentId) ?? rank));
  }
  const rankOf = ({ documentId }: Passage) => best.get(documentId) ?? 0;
  return (a, b) => rankOf(a) - rankOf(b) || a.start - b.start;
}

function check(tokens: number, neighbours: number, order: string): void {
  if (!Number.isSafeInteger(tokens) || tokens < 1) throw invalid('tokens must be a whole number from 1 on.');
  if (!Number.isSafeInteger(neighbours) || neighbours < 0 || neighbours > 10) {
    throw invalid('neighbours must be a whole number from 0 to 10.');
  }
  if (order !== 'score' && order !== 'document') throw invalid("order must be 'score' or 'document'.");
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

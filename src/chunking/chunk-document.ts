import { AquiferError } from '../errors/index.js';
import type { DocumentText } from './blocks.js';
import { chooseEnd } from './cut.js';
import { Layout, type Section } from './layout.js';
import { Measure } from './measure.js';
import { type ChunkingOptions, checkedOptions } from './options.js';
import { chooseStart } from './overlap.js';
import { skipSpace } from './white-space.js';

/** A passage of a document: what is embedded, found and cited. */
export interface Chunk {
  /** 0 for the first chunk of the document. */
  readonly ordinal: number;
  /** `document.text.slice(start, end)`; neither end is white space. */
  readonly text: string;
  /** UTF-16 code unit offsets into the document's text. */
  readonly start: number;
  readonly end: number;
  /** `countTokens(text)`. */
  readonly tokens: number;
  /** Of its first character; absent where the format has no pages. */
  readonly page?: number;
  /** Of its last character. */
  readonly lastPage?: number;
  /**
   * The headings, outermost first, above all of the text that the chunk adds to the one before. Where that
   * spans top-level sections, the headings above its beginning.
   */
  readonly headingPath: readonly string[];
  /** Pages and headings within the chunk, for citing a place in it more exactly than the chunk as a whole. */
  readonly sections: readonly Section[];
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** Where the text begins that the chunk before does not hold. */
  readonly freshStart: number;
}

/**
 * Cuts a document into passages of at most `maxTokens` cl100k_base tokens. A chunk ends before a heading where
 * it is at least half full by then, so small neighbouring sections share one; `chooseEnd` has the rule. Every chunk but the first begins with the end of the one
 * before, across headings too; `chooseStart` has the rule. Every character but white space is in a chunk.
 *
 * @throws AQF_ARGUMENT_INVALID for options out of range
 */
export function chunkDocument(document: DocumentText, options: ChunkingOptions = {}): Chunk[] {
  const checked = checkedOptions(options);
  const layout = new Layout(document);
  return [...spans(layout, checked)].map((span, ordinal) => toChunk(layout, span, ordinal));
}

function* spans(layout: Layout, options: Required<ChunkingOptions>): Generator<Span> {
  const { text } = layout;
  let start = skipSpace(text, 0);
  for (let before: Placed | undefined; start < text.length; ) {
    const placed: Placed = place(layout, options, start, before);
    yield placed.span;
    if (placed.span.end === text.length) return;
    start = chooseStart({ layout, ...placed, end: placed.span.end, overlapTokens: options.overlapTokens });
    before = placed;
  }
}

interface Placed {
  readonly span: Span;
  readonly measure: Measure;
}

/** Gives up overlap, a little at first, where a chunk would have no room left for a new character. */
function place(
  layout: Layout,
  { maxTokens, overlapTokens }: Required<ChunkingOptions>,
  wanted: number,
  before: Placed | undefined,
): Placed {
  const repeatedEnd = before?.span.end ?? wanted;
  const freshStart = skipSpace(layout.text, repeatedEnd);
  let start = wanted;
  for (let less = 4; ; less *= 2) {
    const measure = new Measure(layout.text, start, maxTokens);
    const repeatedTokens = start < repeatedEnd ? measure.tokensTo(repeatedEnd) : 0;
    const end = chooseEnd({ layout, measure, maxTokens, freshStart, repeatedTokens });
    if (end !== undefined)
      return { measure, span: { start, end, tokens: measure.tokensTo(end), freshStart } };
    if (!before || start >= freshStart) break;
    const fewer = Math.max(0, overlapTokens - less);
    start = chooseStart({ layout, measure: before.measure, end: repeatedEnd, overlapTokens: fewer });
  }
  throw new AquiferError('AQF_INTERNAL', `No chunk of ${maxTokens} tokens begins at offset ${start}.`);
}

function toChunk(layout: Layout, { start, end, tokens, freshStart }: Span, ordinal: number): Chunk {
  const page = layout.pageAt(start);
  const lastPage = layout.pageAt(end - 1);
  return {
    ordinal,
    text: layout.text.slice(start, end),
    start,
    end,
    tokens,
    ...(page !== undefined && { page }),
    ...(lastPage !== undefined && { lastPage }),
    headingPath: layout.headingPath(freshStart, end),
    sections: layout.sections(start, end),
  };
}

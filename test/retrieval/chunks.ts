import type { FoundChunk } from '../../src/retrieval/index.js';

/** A chunk as a search finds it; what is not given is of no matter. */
export function found(chunk: Partial<FoundChunk> & { readonly content: string }): FoundChunk {
  const { documentId = 'd1', start = 0, content } = chunk;
  return {
    documentId,
    source: `${documentId}.md`,
    title: `Title of ${documentId}`,
    page: null,
    headingPath: [],
    ordinal: 0,
    score: 1,
    start,
    end: start + content.length,
    ...chunk,
  };
}

/** Some slices of one text as chunks of one document, by their ordinals. */
export function slices(
  text: string,
  ranges: readonly (readonly [start: number, end: number])[],
  documentId = 'd1',
): FoundChunk[] {
  return ranges.map(([start, end], ordinal) =>
    found({ documentId, ordinal, start, end, content: text.slice(start, end) }),
  );
}

export interface ReadBlock {
  readonly number: number;
  readonly head: string;
  readonly body: string;
}

/** Reads a context as a model would: blocks between lines with one fence. Throws when it is not of that form. */
export function readContext(text: string): ReadBlock[] {
  const blocks: ReadBlock[] = [];
  let rest = text;
  let fence: string | undefined;
  while (rest !== '') {
    const begin: RegExpExecArray | null = /^\[(\d+)\] ([^\n]*)\n--- begin (\d{9}) ---\n/.exec(rest);
    if (!begin) throw new Error(`No block begins at: ${rest.slice(0, 80)}`);
    const [opening, number = '', head = '', own = ''] = begin;
    fence ??= own;
    const closing = `\n--- end ${fence} ---`;
    const end = rest.indexOf(closing, opening.length - 1);
    if (own !== fence || end < 0) throw new Error(`A block does not end: ${rest.slice(0, 80)}`);
    blocks.push({ number: Number(number), head, body: rest.slice(opening.length, end) });
    rest = rest.slice(end + closing.length).replace(/^\n\n/, '');
  }
  return blocks;
}

import { mergePassages } from './merge.js';
import type { FoundChunk, NeighbourChunk, Passage } from './passage.js';
import { renderBlock, renderContext } from './render.js';
import { textKey, type UniqueChunk } from './repeats.js';

export type CountTokens = (text: string) => number;

export interface Fitted {
  readonly passages: readonly Passage[];
  /** The best passage alone was too long; it ends before the end of its text. */
  readonly cut: boolean;
  /** Chunks that were found and had no room. */
  readonly omitted: number;
}

/** As long as any fence is, in characters and, three digits a token, in tokens. */
const ANY_FENCE = '000000000';

/**
 * The passages of the best chunks that a context of so many tokens holds: chunks in the order they were found, one without
 * room passed over for those behind it; neighbours with the room that is left.
 */
export function fitPassages(chunks: readonly UniqueChunk[], tokens: number, count: CountTokens): Fitted {
  const [best] = chunks;
  if (!best) return { passages: [], cut: false, omitted: 0 };
  const fitting = new Fitting(tokens, count);
  if (!fitting.add(passageOf(best))) return cutToFit(passageOf(best), chunks.length, tokens, count);
  const left = chunks.slice(1).filter((chunk) => !fitting.add(passageOf(chunk)));
  addNeighbours(
    fitting,
    chunks.filter((chunk) => !left.includes(chunk)),
  );
  return { passages: fitting.passages, cut: false, omitted: left.length };
}

class Fitting {
  readonly #tokens: number;
  readonly #count: CountTokens;
  readonly #counts = new Map<string, number>();
  passages: readonly Passage[] = [];

  constructor(tokens: number, count: CountTokens) {
    this.#tokens = tokens;
    this.#count = count;
  }

  /** Takes a passage in when there is room for it. */
  add(passage: Passage): boolean {
    const passages = mergePassages([...this.passages, passage]);
    // What is between blocks, and what a tokenizer makes of their ends, is a token or two.
    const sum = passages.reduce((total, each) => total + this.#cost(each) + 2, 0);
    if (sum > this.#tokens) return false;
    this.passages = passages;
    return true;
  }

  #cost(passage: Passage): number {
    const block = renderBlock(passage, 1, ANY_FENCE);
    const known = this.#counts.get(block) ?? this.#count(block);
    this.#counts.set(block, known);
    return known;
  }
}

function addNeighbours(fitting: Fitting, chunks: readonly UniqueChunk[]): void {
  const taken = new Set(chunks.map(({ chunk }) => textKey(chunk.content)));
  for (const { chunk, rank } of chunks) {
    for (const neighbour of chunk.neighbours ?? []) {
      const key = textKey(neighbour.content);
      if (key === '' || taken.has(key)) continue;
      if (fitting.add(neighbourPassage(chunk, neighbour, rank))) taken.add(key);
    }
  }
}

function passageOf({ chunk, rank, alsoIn }: UniqueChunk): Passage {
  const { neighbours: _, ordinal, ...rest } = pick(chunk);
  return { ...rest, ordinals: [ordinal], rank, alsoIn };
}

/** It is there for the chunk beside it, and so is never the best of what it is joined with. */
function neighbourPassage(chunk: FoundChunk, { ordinal, ...text }: NeighbourChunk, rank: number): Passage {
  const { start, end, content } = text;
  const { neighbours: _, ordinal: __, ...rest } = pick(chunk);
  return { ...rest, start, end, content, ordinals: [ordinal], rank: rank + 0.5, alsoIn: [] };
}

/** Search results hold more than a passage shows. */
function pick(chunk: FoundChunk): FoundChunk {
  const { documentId, source, title, page, headingPath, ordinal, start, end, content, score } = chunk;
  return { documentId, source, title, page, headingPath, ordinal, start, end, content, score };
}

/** The longest beginning of the best passage that there is room for. */
function cutToFit(best: Passage, found: number, tokens: number, count: CountTokens): Fitted {
  let fits = 0;
  let tooMuch = best.content.length;
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (count(renderContext([beginning(best, middle)])) <= tokens) fits = middle;
    else tooMuch = middle;
  }
  const passage = beginning(best, atWord(best.content, fits));
  if (passage.content.trim() === '') return { passages: [], cut: false, omitted: found };
  return { passages: [passage], cut: true, omitted: found - 1 };
}

function beginning(passage: Passage, length: number): Passage {
  const content = passage.content.slice(0, length);
  const whole = content.isWellFormed() ? content : content.slice(0, -1);
  return { ...passage, content: whole, end: passage.start + whole.length };
}

/** The last end of a word before `length`, unless that would give up much. */
function atWord(text: string, length: number): number {
  const at = text.slice(0, length).search(/\s\S*$/);
  return at >= length * 0.8 ? at : length;
}

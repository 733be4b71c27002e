import { isBetweenWords } from './cut.js';
import { graphemeEnd, graphemeStart, isGraphemeBoundary } from './graphemes.js';
import type { Layout } from './layout.js';
import type { Measure } from './measure.js';
import { countTokens } from './tokens/index.js';
import { skipSpace } from './white-space.js';

export interface OverlapRequest {
  readonly layout: Layout;
  /** Of the chunk whose end is repeated. */
  readonly measure: Measure;
  /** That chunk's end. */
  readonly end: number;
  readonly overlapTokens: number;
}

/** Counts differ by a token or two when counting starts in the middle of the chunk. Pieces. */
const SLACK = 4;

/**
 * Where the next chunk starts: at the earliest sentence or block within the last `overlapTokens` tokens of
 * the chunk. Where that would repeat less than half of what is asked, at the earliest word, then at the
 * earliest token. It always starts behind the chunk's own start.
 */
export function chooseStart(request: OverlapRequest): number {
  const { layout, end, overlapTokens } = request;
  const afterwards = skipSpace(layout.text, end);
  if (overlapTokens === 0) return afterwards;
  let best = afterwards;
  for (const candidates of [sentences, words, pieces, tokens]) {
    for (const start of candidates(request)) {
      if (start >= best) break;
      const repeated = countTokens(layout.text.slice(start, end));
      if (repeated > overlapTokens) continue;
      if (repeated * 2 >= overlapTokens) return start;
      best = start;
      break;
    }
  }
  return best;
}

function sentences({ layout, measure, end, overlapTokens }: OverlapRequest): number[] {
  const from = measure.endOf(firstPiece(measure, end, overlapTokens));
  return layout.sentenceStarts(from, end).filter((start) => isGraphemeBoundary(layout.text, start));
}

function* words(request: OverlapRequest): Generator<number> {
  const { text } = request.measure;
  for (const boundary of boundaries(request)) {
    if (isBetweenWords(text, boundary)) yield skipSpace(text, boundary);
  }
}

function* pieces(request: OverlapRequest): Generator<number> {
  const { text } = request.measure;
  for (const boundary of boundaries(request)) {
    if (isGraphemeBoundary(text, boundary)) yield skipSpace(text, boundary);
  }
}

/** Inside the piece in which the overlap would begin. */
function* tokens({ measure, end, overlapTokens }: OverlapRequest): Generator<number> {
  const { text } = measure;
  const before = measure.tokensTo(end) - overlapTokens;
  const whole = measure.piecesWithin(before);
  const from = measure.endOf(whole);
  const ends = measure.tokenEndsOf(whole).slice(Math.max(0, before - measure.totalOf(whole) - 1));
  for (const tokenEnd of ends) {
    const at = from + Math.floor(tokenEnd);
    if (at >= end) return;
    const start = skipSpace(
      text,
      isGraphemeBoundary(text, at) ? at : graphemeEnd(text, graphemeStart(text, at)),
    );
    if (start > measure.start && start < end) yield start;
  }
}

function* boundaries({ measure, end, overlapTokens }: OverlapRequest): Generator<number> {
  for (let count = Math.max(1, firstPiece(measure, end, overlapTokens)); ; count++) {
    const boundary = measure.endOf(count);
    if (boundary >= end) return;
    yield boundary;
  }
}

/** How many of the chunk's pieces lie before the overlap for certain. */
function firstPiece(measure: Measure, end: number, overlapTokens: number): number {
  return Math.max(0, measure.piecesWithin(measure.tokensTo(end) - overlapTokens) - SLACK);
}

import { codePointStart, graphemeEnd, graphemeStart, isGraphemeBoundary } from './graphemes.js';
import type { Layout } from './layout.js';
import type { Measure } from './measure.js';
import { isSpaceAt, skipSpace, trimBack } from './white-space.js';

/** White space between two sentences that are told apart at the chunk's very end. Characters. */
const LONGEST_GAP = 8;

export interface CutRequest {
  readonly layout: Layout;
  readonly measure: Measure;
  readonly maxTokens: number;
  /** Where the text begins that no earlier chunk holds. */
  readonly freshStart: number;
  /** The tokens that the chunk repeats from the one before. */
  readonly repeatedTokens: number;
}

interface Range extends CutRequest {
  /** The least and the largest offset at which the chunk may end. */
  readonly least: number;
  readonly most: number;
}

/**
 * Where a chunk ends. A rest that fits is not cut. Otherwise the chunk fills at least half of the room that it
 * has for new text, and among the places that allow this the kind decides: before the outermost heading,
 * before a block, before a sentence, between words, between the encoding's pieces, between tokens. Of one
 * kind the last place wins.
 *
 * @returns the offset, or undefined where not even one new character fits
 */
export function chooseEnd(request: CutRequest): number | undefined {
  const { layout, measure, maxTokens, repeatedTokens, freshStart } = request;
  if (measure.total <= maxTokens) return layout.text.length;
  const halfFull = measure.endOf(measure.piecesWithin((maxTokens + repeatedTokens) / 2));
  const most = measure.endOf(measure.piecesWithin(maxTokens));
  return (
    lastOfStrongestKind({ ...request, least: Math.max(halfFull, freshStart + 1), most }) ??
    lastOfStrongestKind({ ...request, least: freshStart + 1, most }) ??
    firstCharacter(request)
  );
}

function lastOfStrongestKind(range: Range): number | undefined {
  return (
    beforeBlock(range) ??
    beforeSentence(range) ??
    betweenPieces(range, isBetweenWords) ??
    betweenPieces(range, isGraphemeBoundary) ??
    betweenTokens(range)
  );
}

function beforeBlock(range: Range): number | undefined {
  return range.layout
    .blockCuts(range.least, range.most)
    .toSorted((a, b) => a.weight - b.weight || b.end - a.end)
    .find(({ end }) => fits(range, end))?.end;
}

function beforeSentence(range: Range): number | undefined {
  const { layout, least, most } = range;
  return layout
    .sentenceStarts(least, most + LONGEST_GAP)
    .filter((start) => isGraphemeBoundary(layout.text, start))
    .map((start) => trimBack(layout.text, start))
    .findLast((end) => fits(range, end));
}

function betweenPieces(range: Range, allowed: (text: string, at: number) => boolean): number | undefined {
  const { measure, least, most } = range;
  for (let count = measure.piecesWithin(range.maxTokens); count > 0; count--) {
    const boundary = measure.endOf(count);
    if (boundary < least) return undefined;
    const end = trimBack(measure.text, boundary);
    if (boundary <= most && allowed(measure.text, boundary) && fits(range, end)) return end;
  }
  return undefined;
}

/** A piece has its leading space, so between two words one side of the boundary is white space. */
export function isBetweenWords(text: string, boundary: number): boolean {
  if (!isSpaceAt(text, boundary) && !isSpaceAt(text, boundary - 1)) return false;
  return isGraphemeBoundary(text, skipSpace(text, boundary));
}

/** Inside the piece that no longer fits whole. */
function betweenTokens(range: Range): number | undefined {
  const { measure, maxTokens, most } = range;
  const whole = measure.piecesWithin(maxTokens);
  const ends = measure.tokenEndsOf(whole);
  for (let tokens = maxTokens - measure.totalOf(whole); tokens > 0; tokens--) {
    const end = graphemeStart(measure.text, most + Math.floor(ends[tokens - 1] ?? 0));
    if (end <= most) return undefined;
    if (fits(range, trimBack(measure.text, end))) return trimBack(measure.text, end);
  }
  return undefined;
}

function firstCharacter(request: CutRequest): number | undefined {
  const { freshStart, measure } = request;
  const { text } = measure;
  return [graphemeEnd(text, freshStart), codePointStart(text, freshStart + 2), freshStart + 1].find(
    (end) => codePointStart(text, end) === end && fits({ ...request, least: freshStart + 1, most: end }, end),
  );
}

function fits({ measure, maxTokens, least }: Range, end: number): boolean {
  return end >= least && end <= measure.end && measure.tokensTo(end) <= maxTokens;
}

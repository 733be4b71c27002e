import type { ExtractedBlock } from '../extraction/document.js';
import { skipSpace } from './white-space.js';

/** `Intl.Segmenter` slows down with the square of its input's length, so it reads windows. Characters. */
const WINDOW = 4096;
/** What a sentence's end is told by: the words that follow it. Characters. */
const LOOK_AHEAD = 64;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The starts of sentences (in code: lines) of one block that lie after `from` and up to `to`, ascending. */
export function sentenceStarts(text: string, block: ExtractedBlock, from: number, to: number): number[] {
  const start = Math.max(block.start, from);
  const end = Math.min(block.end, to);
  if (start >= end) return [];
  const starts = block.kind === 'code' ? lineStarts(text, start, end) : proseStarts(text, block, start, end);
  return starts.filter((at) => at > from && at < end);
}

function lineStarts(text: string, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', starts.at(-1))) {
    starts.push(skipSpace(text, at));
  }
  return starts;
}

function proseStarts(text: string, block: ExtractedBlock, from: number, to: number): number[] {
  const starts: number[] = [];
  const readable = Math.min(block.end, to + LOOK_AHEAD);
  for (let at = from; at < to; ) {
    const windowEnd = Math.min(readable, at + WINDOW);
    const last = windowEnd === readable;
    const certain = last ? windowEnd : windowEnd - LOOK_AHEAD;
    const found = startsInWindow(text, at, windowEnd).filter((start) => start < certain);
    starts.push(...found);
    // The next window begins with the last sentence of this one, which the window may have cut off.
    at = last ? to : (found.at(-1) ?? certain);
  }
  return starts;
}

function startsInWindow(text: string, from: number, to: number): number[] {
  const starts: number[] = [];
  for (const { index, segment } of segmenter.segment(unwrapped(text.slice(from, to)))) {
    const indent = segment.search(/\S/);
    if (index > 0 && indent !== -1) starts.push(from + index + indent);
  }
  return starts;
}

/** A line break inside a paragraph is layout, but Unicode ends a sentence at it; a blank line does end one. */
function unwrapped(text: string): string {
  return text.replace(/\r?\n(?![^\S\n]*\n)/g, (lineBreak) => ' '.repeat(lineBreak.length));
}

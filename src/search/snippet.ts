import type { Span } from './types.js';

/** Private-use characters that the headline function puts around a matched word. */
const START = '\ue000';
const STOP = '\ue001';

/** Turns a headline with markers into text and the spans of the matched words. */
export function parseHeadline(headline: string): { text: string; marks: Span[] } {
  let text = '';
  let open: number | undefined;
  const marks: Span[] = [];
  for (const part of headline
    .replace(/\s+/g, ' ')
    .trim()
    .split(/([\ue000\ue001])/)) {
    if (part === START) open = text.length;
    else if (part !== STOP) text += part;
    else if (open !== undefined) {
      marks.push([open, text.length]);
      open = undefined;
    }
  }
  return { text, marks };
}

/** Below the combining marks every character stands alone, but for the pair CR LF. */
const FIRST_COMBINING = 0x300;
/** Longer clusters exist only as mischief; they are cut between code points. UTF-16 code units. */
const LONGEST_CLUSTER = 64;
const LOOK_BACK = 256;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** True where a reader sees one character end and the next begin (UAX #29). */
export function isGraphemeBoundary(text: string, at: number): boolean {
  return graphemeStart(text, at) === at;
}

/** The start of the user-perceived character that `at` lies in; at least a code point's start. */
export function graphemeStart(text: string, at: number): number {
  if (at <= 0 || at >= text.length || stands(text, at)) return at;
  const from = alone(text, at);
  const clusters = segmenter.segment(text.slice(from, at + LONGEST_CLUSTER));
  const cluster = clusters.containing(at - from);
  if (!cluster || cluster.segment.length > LONGEST_CLUSTER) return codePointStart(text, at);
  return from + cluster.index;
}

/** The end of the user-perceived character that starts at `at`. */
export function graphemeEnd(text: string, at: number): number {
  const cluster = segmenter.segment(text.slice(at, at + LONGEST_CLUSTER)).containing(0);
  return at + (cluster ? cluster.segment.length : 0);
}

/** `at`, or one less where it lies inside a surrogate pair. */
export function codePointStart(text: string, at: number): number {
  const inside = isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1));
  return inside ? at - 1 : at;
}

function stands(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before < FIRST_COMBINING && after < FIRST_COMBINING && !(before === 0x0d && after === 0x0a);
}

/** A place before `at` from which clusters can be told: flags, for one, pair up from the run's beginning. */
function alone(text: string, at: number): number {
  let from = at - 1;
  const least = Math.max(0, at - LOOK_BACK);
  while (from > least && text.charCodeAt(from) >= FIRST_COMBINING) from--;
  return codePointStart(text, from);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

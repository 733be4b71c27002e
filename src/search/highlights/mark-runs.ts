import { type Excerpt, excerptAt, excerptLength } from './excerpt.js';
import { FRAGMENT_DELIMITER, marked, type Span } from './headline.js';
import { matchesOf } from './matches.js';
import type { QuestionTerms } from './terms.js';

/** What a match counts that was counted before. */
const REPEATED = 0.2;
const FRAGMENTS = 2;

/**
 * A headline of a text in a script without spaces, as `ts_headline` makes them of others: the one or two parts of it that show
 * most of the question. Undefined where no such term matches.
 */
export function markRuns(terms: QuestionTerms, content: string): string | undefined {
  const spans = matchesOf(terms, content);
  if (spans.length === 0) return undefined;
  const length = excerptLength(content);
  const seen = new Set<string>();
  const chosen: Excerpt[] = [];
  for (let left = spans; chosen.length < FRAGMENTS && left.length > 0; ) {
    const best = bestPlace(left, content, length, seen);
    if (best === undefined) break;
    const excerpt = excerptAt(content, best, length);
    chosen.push(excerpt);
    for (const span of left.filter((one) => isWithin(one, excerpt))) seen.add(textOf(content, span));
    left = left.filter(([start, end]) => end <= excerpt.start || start >= excerpt.end);
  }
  return joined(chosen.sort((a, b) => a.start - b.start))
    .map((excerpt) => marked(content, excerpt, spans))
    .join(FRAGMENT_DELIMITER);
}

/** The match from which on most is matched; undefined where nothing is matched that was not shown. */
function bestPlace(
  spans: readonly Span[],
  content: string,
  length: number,
  seen: ReadonlySet<string>,
): number | undefined {
  if (spans.every((span) => seen.has(textOf(content, span)))) return undefined;
  let best = { place: 0, worth: 0 };
  for (const [at, [place]] of spans.entries()) {
    const counted = new Set(seen);
    let worth = 0;
    for (let next = at; next < spans.length; next++) {
      const span = spans[next] as Span;
      if (span[1] > place + length) break;
      const text = textOf(content, span);
      // Two characters in a row say more than twice as much as one.
      worth += (text.length - 0.5) * (counted.has(text) ? REPEATED : 1);
      counted.add(text);
    }
    if (worth > best.worth) best = { place, worth };
  }
  return best.place;
}

/** Parts that overlap, or nearly touch, are one. */
function joined(excerpts: readonly Excerpt[]): Excerpt[] {
  const parts: Excerpt[] = [];
  for (const excerpt of excerpts) {
    const last = parts.at(-1);
    if (last && excerpt.start <= last.end + 1) {
      parts[parts.length - 1] = { start: last.start, end: Math.max(last.end, excerpt.end) };
    } else parts.push(excerpt);
  }
  return parts;
}

function textOf(content: string, [start, end]: Span): string {
  return content.slice(start, end);
}

function isWithin([start, end]: Span, excerpt: Excerpt): boolean {
  return start >= excerpt.start && end <= excerpt.end;
}

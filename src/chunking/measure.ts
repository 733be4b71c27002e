import { countPiece, countTokens, PieceScanner } from './tokens/index.js';

/** English runs at about four characters a token; the window doubles for what runs longer. */
const CHARACTERS_PER_TOKEN = 8;

/**
 * The text from `start` on, measured in tokens as far as a chunk may reach. Piece `i` ends at `ends[i]`, and
 * the text up to there holds `totals[i]` tokens.
 */
export class Measure {
  readonly text: string;
  readonly start: number;
  readonly ends: readonly number[];
  readonly totals: readonly number[];

  /** Measures until more than `maxTokens` are found, or the text ends. */
  constructor(text: string, start: number, maxTokens: number) {
    this.text = text;
    this.start = start;
    const { ends, totals } = scan(text, start, maxTokens);
    this.ends = ends;
    this.totals = totals;
  }

  /** The end of what was measured. */
  get end(): number {
    return this.ends.at(-1) ?? this.start;
  }

  /** All tokens that were measured. */
  get total(): number {
    return this.totals.at(-1) ?? 0;
  }

  /** How many whole pieces hold at most `tokens` tokens together. */
  piecesWithin(tokens: number): number {
    return countUpTo(this.totals, tokens);
  }

  /** The end of the first `count` pieces. */
  endOf(count: number): number {
    return this.ends[count - 1] ?? this.start;
  }

  /** The tokens of the first `count` pieces. */
  totalOf(count: number): number {
    return this.totals[count - 1] ?? 0;
  }

  /**
   * Exactly the tokens of `text.slice(start, end)`, for an end that follows no white space: a piece before the
   * last depends on nothing behind it but the character that follows it.
   */
  tokensTo(end: number): number {
    const whole = countUpTo(this.ends, end);
    const from = this.endOf(whole);
    return this.totalOf(whole) + (from < end ? countTokens(this.text.slice(from, end)) : 0);
  }
}

function scan(text: string, start: number, maxTokens: number): { ends: number[]; totals: number[] } {
  const ends: number[] = [];
  const totals: number[] = [];
  let total = 0;
  const scanner = new PieceScanner(text, start, CHARACTERS_PER_TOKEN * maxTokens);
  while (total <= maxTokens && scanner.next()) {
    let tokens = countPiece(text.slice(scanner.start, scanner.end));
    while (scanner.truncated && total + tokens <= maxTokens) {
      scanner.widen();
      tokens = countPiece(text.slice(scanner.start, scanner.end));
    }
    total += tokens;
    ends.push(scanner.end);
    totals.push(total);
  }
  return { ends, totals };
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? limit) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

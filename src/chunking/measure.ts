import { countPiece, countTokens, PieceScanner, pieceTokenEnds } from './tokens/index.js';

/** Less than most scripts have, so that a piece longer than the chunk is not read much farther than needed. */
const CHARACTERS_PER_TOKEN = 2;
/** From here on the tokens inside a piece are kept, because the chunk may have to end or begin there. */
const LONG_PIECE = 256;
/** No token of cl100k_base is longer. Bytes. */
const LONGEST_TOKEN = 128;

/**
 * The text from `start` on, measured in tokens as far as a chunk may reach. Piece `i` ends at `ends[i]`, and
 * the text up to there holds `totals[i]` tokens.
 */
export class Measure {
  readonly text: string;
  readonly start: number;
  readonly ends: readonly number[];
  readonly totals: readonly number[];
  readonly #tokenEnds: ReadonlyMap<number, readonly number[]>;

  /** Measures until more than `maxTokens` are found, or the text ends. */
  constructor(text: string, start: number, maxTokens: number) {
    this.text = text;
    this.start = start;
    const { ends, totals, tokenEnds } = scan(text, start, maxTokens);
    this.ends = ends;
    this.totals = totals;
    this.#tokenEnds = tokenEnds;
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

  /** The ends of the tokens inside piece `index`, as `pieceTokenEnds` has them, from the piece's start. */
  tokenEndsOf(index: number): readonly number[] {
    const known = this.#tokenEnds.get(index);
    return known ?? pieceTokenEnds(this.text.slice(this.endOf(index), this.endOf(index + 1)));
  }

  /**
   * Exactly the tokens of `text.slice(start, end)`, for an end that follows no white space: a piece before the
   * last depends on nothing behind it but the character that follows it.
   */
  tokensTo(end: number): number {
    const whole = countUpTo(this.ends, end);
    const from = this.endOf(whole);
    if (from >= end) return this.totalOf(whole);
    const inner = this.#tokensInside(whole, end - from) ?? countTokens(this.text.slice(from, end));
    return this.totalOf(whole) + inner;
  }

  /**
   * The tokens of the beginning of a long piece that ends where a token ends: byte pairs merge to the same
   * tokens whether or not others follow them. Only a whole word of the vocabulary is taken without merging.
   */
  #tokensInside(index: number, length: number): number | undefined {
    const ends = length > LONGEST_TOKEN ? this.#tokenEnds.get(index) : undefined;
    if (!ends) return undefined;
    const tokens = countUpTo(ends, length);
    return ends[tokens - 1] === length ? tokens : undefined;
  }
}

interface Scan {
  readonly ends: number[];
  readonly totals: number[];
  readonly tokenEnds: Map<number, readonly number[]>;
}

function scan(text: string, start: number, maxTokens: number): Scan {
  const found: Scan = { ends: [], totals: [], tokenEnds: new Map() };
  let total = 0;
  const scanner = new PieceScanner(text, start, CHARACTERS_PER_TOKEN * maxTokens);
  while (total <= maxTokens && scanner.next()) {
    let tokens = countInto(found, text, scanner);
    while (scanner.truncated && total + tokens <= maxTokens) {
      scanner.widen();
      tokens = countInto(found, text, scanner);
    }
    total += tokens;
    found.ends.push(scanner.end);
    found.totals.push(total);
  }
  return found;
}

function countInto(found: Scan, text: string, { start, end }: PieceScanner): number {
  const piece = text.slice(start, end);
  if (piece.length < LONG_PIECE) return countPiece(piece);
  const tokenEnds = pieceTokenEnds(piece);
  found.tokenEnds.set(found.ends.length, tokenEnds);
  return tokenEnds.length;
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

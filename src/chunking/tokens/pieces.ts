import { CL100K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';

/** Characters; a longer piece is read in parts. */
const LONGEST_PIECE = 1_048_576;

/**
 * Walks the pieces (words with their leading space, digit groups, punctuation, white space) that the
 * encoding forms before any byte pairs are merged; no token crosses a piece.
 *
 * The split pattern looks behind nothing, so the pieces from an offset on are those of the text cut off
 * there. It runs over a window because its greedy loops would otherwise visit a run of a million letters
 * whole, and overflow the regular expression's stack beyond some millions.
 */
export class PieceScanner {
  start: number;
  end: number;
  readonly #text: string;
  readonly #pattern = new RegExp(CL100K_TOKEN_SPLIT_REGEX.source, 'gu');
  #window = '';
  #windowStart = 0;
  #windowSize: number;

  constructor(text: string, from: number, windowSize: number) {
    this.#text = text;
    this.#windowSize = Math.min(windowSize, LONGEST_PIECE);
    this.start = from;
    this.end = from;
    this.#openWindow();
  }

  /** The piece reaches the end of the window and may go on behind it: `widen()` tells. */
  get truncated(): boolean {
    if (this.end !== this.#windowEnd || this.end === this.#text.length) return false;
    return this.end - this.start < LONGEST_PIECE;
  }

  /** Goes to the next piece; false at the end of the text. */
  next(): boolean {
    if (this.end >= this.#text.length) return false;
    this.start = this.end;
    if (this.start >= this.#windowEnd) this.#openWindow();
    this.#match();
    return true;
  }

  /** Reads a truncated piece again, in a window that begins with it and is at least twice as long. */
  widen(): void {
    this.#windowSize = Math.min(LONGEST_PIECE, Math.max(this.#windowSize, 2 * (this.end - this.start)));
    this.#openWindow();
    this.#match();
  }

  get #windowEnd(): number {
    return this.#windowStart + this.#window.length;
  }

  #openWindow(): void {
    const end = this.start + this.#windowSize;
    this.#windowStart = this.start;
    this.#window = this.#text.slice(
      this.start,
      isHighSurrogate(this.#text.charCodeAt(end - 1)) ? end + 1 : end,
    );
  }

  #match(): void {
    this.#pattern.lastIndex = this.start - this.#windowStart;
    this.#pattern.test(this.#window);
    this.end = this.#windowStart + this.#pattern.lastIndex;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

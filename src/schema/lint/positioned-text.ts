const NEWLINE = 0x0a;

/** A text whose places are told as lines. PostgreSQL counts the bytes of UTF-8. */
export class PositionedText {
  readonly #text: string;
  /** Bytes at which the lines after the first begin. */
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(Buffer.from(text));
  }

  get lastLine(): number {
    return this.#starts.length + 1;
  }

  /** The line of a byte, counted from 1. */
  lineOf(byte: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= byte) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  /** The line of a character; what syntax errors are placed by. */
  lineOfCharacter(index: number): number {
    return (
      Array.from(this.#text)
        .slice(0, index)
        .filter((character) => character === '\n').length + 1
    );
  }
}

function lineStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) starts.push(at + 1);
  return starts;
}

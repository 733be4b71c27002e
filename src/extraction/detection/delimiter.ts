/** How a table in plain text separates its columns. */
export interface DelimiterGuess {
  readonly delimiter: string;
  /** Columns of the commonest row length. */
  readonly columns: number;
  /** Share of the rows that have that length, 0 to 1. */
  readonly consistency: number;
  readonly rows: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
const MAX_ROWS = 50;

/** The delimiter that divides the first rows most evenly; undefined when none occurs. */
export function guessDelimiter(text: string): DelimiterGuess | undefined {
  const guesses = DELIMITERS.map((delimiter) => judge(text, delimiter)).filter(({ columns }) => columns > 1);
  guesses.sort((a, b) => b.consistency - a.consistency || b.columns - a.columns);
  return guesses[0];
}

function judge(text: string, delimiter: string): DelimiterGuess {
  const lengths = rowLengths(text, delimiter);
  const counts = new Map<number, number>();
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [columns = 0, rows = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { delimiter, columns, consistency: rows / Math.max(lengths.length, 1), rows: lengths.length };
}

/** Cells per row, quoted delimiters and line breaks not counted (RFC 4180). */
function rowLengths(text: string, delimiter: string): number[] {
  const lengths: number[] = [];
  let cells = 1;
  let filled = false;
  let quoted = false;
  for (const character of text) {
    if (lengths.length >= MAX_ROWS) break;
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === delimiter) cells += 1;
    else if (!quoted && character === '\n') {
      if (filled) lengths.push(cells);
      cells = 1;
      filled = false;
      continue;
    }
    filled ||= character.trim() !== '' || character === delimiter;
  }
  if (filled && lengths.length < MAX_ROWS) lengths.push(cells);
  return lengths;
}

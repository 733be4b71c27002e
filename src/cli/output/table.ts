import { type Colours, coloursFor } from './colours.js';
import { displayWidth, plainLine } from './display-text.js';

const GAP = '  ';
/** A number with its unit, such as `1,111`, `-0.5`, `12.3 MB` or `40 %`. */
const NUMERIC = /^[-+]?[\d.,]*\d( ?[\p{L}%/]{1,5})?$/u;

/**
 * Rows under their headers, in aligned columns; columns of numbers are aligned to the right. Cells are made
 * safe to print, so they cannot carry colours of their own.
 */
export function formatTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours = coloursFor(process.stdout),
): string {
  const cells = rows.map((row) => row.map(plainLine));
  const columns = headers.map((header, index) =>
    columnOf(
      header,
      cells.map((row) => row[index] ?? ''),
    ),
  );
  const [head = '', ...body] = [headers, ...cells].map((row) => formatRow(row, columns));
  const rule = columns.map(({ width }) => '─'.repeat(width)).join(GAP);
  return [colours.bold(head), colours.dim(rule), ...body].join('\n');
}

interface Column {
  /** In terminal columns. */
  readonly width: number;
  readonly numeric: boolean;
}

function columnOf(header: string, cells: readonly string[]): Column {
  const filled = cells.filter((cell) => cell !== '');
  return {
    width: Math.max(...[header, ...cells].map(displayWidth)),
    numeric: filled.length > 0 && filled.every((cell) => NUMERIC.test(cell)),
  };
}

function formatRow(row: readonly string[], columns: readonly Column[]): string {
  return columns
    .map(({ width, numeric }, index) => pad(row[index] ?? '', width, numeric))
    .join(GAP)
    .trimEnd();
}

function pad(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(cell)));
  return right ? space + cell : cell + space;
}

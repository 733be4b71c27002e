import type { DocumentBuilder } from './builder.js';
import type { BlockKind } from './document.js';

interface Piece {
  readonly kind: BlockKind;
  readonly level: number | undefined;
  readonly text: string;
}

interface Row {
  readonly cells: Piece[][];
  /** The row arranges whole sections on the page, so its content flows as if there were no table. */
  layout: boolean;
}

/**
 * Turns a stream of "block begins, text, block ends, row begins …" into blocks. A table row becomes one
 * block, unless the table only serves layout: a cell that holds a heading or another table, or a row whose
 * single filled cell holds several blocks.
 */
export class BlockFlow {
  readonly #builder: DocumentBuilder;
  readonly #rows: Row[] = [];
  #inline: string[] = [];
  #inlineLength = 0;
  #kind: BlockKind = 'paragraph';
  #level: number | undefined;

  constructor(builder: DocumentBuilder) {
    this.#builder = builder;
  }

  text(text: string): void {
    this.#inlineLength += text.length;
    this.#builder.reserve(this.#inlineLength);
    this.#inline.push(text);
  }

  /** Ends the block before and begins one of this kind. */
  begin(kind: BlockKind, level?: number): void {
    this.end();
    this.#kind = kind;
    this.#level = level;
  }

  /** Ends the block; text that follows is a paragraph. */
  end(): void {
    const text = this.#inline.join('');
    this.#inline = [];
    this.#inlineLength = 0;
    if (text.trim() !== '') this.#emit({ kind: this.#kind, level: this.#level, text });
    this.#kind = 'paragraph';
    this.#level = undefined;
  }

  beginTable(): void {
    this.end();
    this.#flattenRow();
  }

  beginRow(): void {
    this.end();
    this.#rows.push({ cells: [], layout: false });
  }

  beginCell(): void {
    this.end();
    this.#rows.at(-1)?.cells.push([]);
  }

  endRow(): void {
    this.end();
    const row = this.#rows.pop();
    if (!row || row.layout) return;
    const filled = row.cells.filter((cell) => cell.length > 0);
    const [only] = filled;
    if (filled.length === 1 && only && only.length > 1) for (const piece of only) this.#emit(piece);
    else this.#builder.addRow(row.cells.map((cell) => cell.map((piece) => piece.text).join(' ')));
  }

  #emit(piece: Piece): void {
    if (piece.kind === 'heading') this.#flattenRow();
    const row = this.#rows.at(-1);
    if (!row || row.layout) this.#builder.add(piece.kind, piece.text, piece.level);
    else this.#cellOf(row).push(piece);
  }

  /** Markup may put text between the cells; it goes with the cell before it. */
  #cellOf(row: Row): Piece[] {
    const cell = row.cells.at(-1);
    if (cell) return cell;
    const first: Piece[] = [];
    row.cells.push(first);
    return first;
  }

  #flattenRow(): void {
    const row = this.#rows.at(-1);
    if (!row || row.layout) return;
    row.layout = true;
    for (const piece of row.cells.flat()) this.#builder.add(piece.kind, piece.text, piece.level);
  }
}

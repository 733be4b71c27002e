import type { XmlElement, XmlVisitor } from '../archive/xml.js';
import type { DocumentBuilder } from '../builder.js';
import { type CellFormat, formatNumber } from './cell-format.js';

/** What all sheets of a workbook share. */
export interface Workbook {
  readonly strings: readonly string[];
  readonly formats: readonly CellFormat[];
  /** The workbook counts days from 1904 instead of 1900. */
  readonly is1904: boolean;
}

/** Empty cells between two filled ones that are still written; beyond, the gap is closed. */
const MAX_GAP = 64;

/** Rows of one worksheet, one block each. */
export class SheetRows implements XmlVisitor {
  readonly #workbook: Workbook;
  readonly #into: DocumentBuilder;
  #row: string[] = [];
  #column = 0;
  #type = 'n';
  #style = 0;
  #value = '';
  #inValue = false;

  constructor(workbook: Workbook, into: DocumentBuilder) {
    this.#workbook = workbook;
    this.#into = into;
  }

  open(element: XmlElement): void {
    switch (element.name) {
      case 'x:row':
        this.#row = [];
        this.#column = 0;
        break;
      case 'x:c':
        this.#openCell(element);
        break;
      case 'x:v':
        this.#inValue = true;
        break;
      case 'x:t':
        this.#inValue = this.#type === 'inlineStr';
    }
  }

  text(text: string): void {
    if (this.#inValue) this.#value += text;
  }

  close(name: string): void {
    if (name === 'x:v' || name === 'x:t') this.#inValue = false;
    else if (name === 'x:c') this.#closeCell();
    else if (name === 'x:row') this.#into.addRow(this.#row);
  }

  #openCell(element: XmlElement): void {
    this.#column = columnOf(element.attribute('r')) ?? this.#column + 1;
    this.#type = element.attribute('t') ?? 'n';
    this.#style = Number(element.attribute('s') ?? 0);
    this.#value = '';
  }

  #closeCell(): void {
    const text = this.#display();
    if (text === '') return;
    const gap = this.#column - 1 - this.#row.length;
    for (let blank = 0; blank < gap && gap <= MAX_GAP; blank += 1) this.#row.push('');
    this.#row.push(text);
  }

  #display(): string {
    const { strings, formats, is1904 } = this.#workbook;
    switch (this.#type) {
      case 's':
        return strings[Number(this.#value)] ?? '';
      case 'b':
        return this.#value === '1' ? 'TRUE' : 'FALSE';
      case 'n':
        return formatNumber(this.#value, formats[this.#style] ?? 'number', is1904);
      default:
        return this.#value;
    }
  }
}

/** 1-based column of a reference such as `AB12`. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? '')?.[1];
  if (letters === undefined) return undefined;
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0);
}

import type { BlockFlow } from '../flow.js';
import { type ParagraphState, plainParagraph } from './group.js';

/** The running text of an RTF document: paragraphs, list items, headings and table rows. */
export class RtfBody {
  paragraph: ParagraphState = plainParagraph();
  readonly #flow: BlockFlow;
  readonly #levelOfStyle: (style: number) => number | undefined;
  #rowOpen = false;
  #begun = false;

  constructor(flow: BlockFlow, levelOfStyle: (style: number) => number | undefined) {
    this.#flow = flow;
    this.#levelOfStyle = levelOfStyle;
  }

  write(text: string): void {
    if (text === '') return;
    if (!this.#begun) this.#begin();
    this.#flow.text(text);
  }

  endParagraph(): void {
    this.#flow.end();
    this.#begun = false;
  }

  endCell(): void {
    this.#openRow();
    this.#flow.beginCell();
    this.#begun = false;
  }

  endRow(): void {
    if (this.#rowOpen) this.#flow.endRow();
    this.#rowOpen = false;
    this.#begun = false;
  }

  end(): void {
    this.endRow();
    this.#flow.end();
  }

  #begin(): void {
    this.#begun = true;
    if (this.paragraph.inTable) this.#openRow();
    else this.#closeRow();
    const { style, outlineLevel } = this.paragraph;
    const level = outlineLevel ?? (style === undefined ? undefined : this.#levelOfStyle(style));
    if (level !== undefined) this.#flow.begin('heading', level);
    else this.#flow.begin(this.paragraph.inList ? 'list-item' : 'paragraph');
  }

  #openRow(): void {
    if (this.#rowOpen) return;
    this.#flow.beginRow();
    this.#flow.beginCell();
    this.#rowOpen = true;
  }

  /** A paragraph outside the table ends a row that never said so. */
  #closeRow(): void {
    if (this.#rowOpen) this.#flow.endRow();
    this.#rowOpen = false;
  }
}

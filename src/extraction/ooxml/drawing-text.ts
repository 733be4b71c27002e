import type { XmlElement } from '../archive/xml.js';
import type { BlockFlow } from '../flow.js';

/**
 * Text of DrawingML (`a:p`, `a:t`, `a:tbl`), which slides, SmartArt diagrams and shapes share. The owner
 * says what a paragraph is; this class says where one begins and ends.
 */
export class DrawingText {
  readonly #flow: BlockFlow;
  readonly #beginParagraph: (flow: BlockFlow) => void;
  #inText = false;

  constructor(
    flow: BlockFlow,
    beginParagraph: (flow: BlockFlow) => void = (each) => each.begin('paragraph'),
  ) {
    this.#flow = flow;
    this.#beginParagraph = beginParagraph;
  }

  open(element: XmlElement): void {
    switch (element.name) {
      case 'a:p':
        this.#beginParagraph(this.#flow);
        break;
      case 'a:t':
        this.#inText = true;
        break;
      case 'a:br':
        this.#flow.text('\n');
        break;
      case 'a:tab':
        this.#flow.text('\t');
        break;
      case 'a:tbl':
        this.#flow.beginTable();
        break;
      case 'a:tr':
        this.#flow.beginRow();
        break;
      case 'a:tc':
        this.#flow.beginCell();
    }
  }

  text(text: string): void {
    if (this.#inText) this.#flow.text(text);
  }

  close(name: string): void {
    if (name === 'a:t') this.#inText = false;
    else if (name === 'a:p') this.#flow.end();
    else if (name === 'a:tr') this.#flow.endRow();
  }
}

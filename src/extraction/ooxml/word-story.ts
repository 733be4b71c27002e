import { skipping } from '../archive/skipping.js';
import type { XmlElement, XmlVisitor } from '../archive/xml.js';
import type { DocumentBuilder } from '../builder.js';
import { BlockFlow } from '../flow.js';
import { levelOfOutline, type WordStyles } from './word-styles.js';

/** Deleted or moved-away text, field codes, settings, and the second copy of what mc:Choice already says. */
const HIDDEN = new Set([
  'w:del',
  'w:moveFrom',
  'w:delText',
  'w:instrText',
  'w:pPrChange',
  'w:rPr',
  'w:tabs',
  'w:sectPr',
  'w:sdtPr',
  'mc:Fallback',
]);

const TEXT_ELEMENTS = new Set(['w:t', 'm:t', 'a:t']);

const CHARACTERS: Readonly<Record<string, string>> = {
  'w:tab': '\t',
  'w:ptab': '\t',
  'w:br': '\n',
  'w:cr': '\n',
  'w:noBreakHyphen': '-',
};

interface Paragraph {
  styleId?: string;
  outlineLevel?: number;
  numbered?: boolean;
  begun: boolean;
}

/** Relationship ids of content that a story takes from other parts. */
export interface StoryReferences {
  /** SmartArt data. */
  readonly diagrams: string[];
  /** Documents inserted whole (`w:altChunk`). */
  readonly insertions: string[];
}

/** Reads one story of a DOCX: the body, a header, a footer, the footnotes, the endnotes. */
export function wordStory(into: DocumentBuilder, styles: WordStyles, found: StoryReferences): XmlVisitor {
  return skipping(HIDDEN, new WordStory(new BlockFlow(into), styles, found));
}

class WordStory implements XmlVisitor {
  readonly #flow: BlockFlow;
  readonly #styles: WordStyles;
  readonly #found: StoryReferences;
  /** Innermost last: a paragraph can hold a text box with paragraphs of its own. */
  readonly #paragraphs: Paragraph[] = [];
  #inText = false;

  constructor(flow: BlockFlow, styles: WordStyles, found: StoryReferences) {
    this.#flow = flow;
    this.#styles = styles;
    this.#found = found;
  }

  open(element: XmlElement): void {
    if (this.#openStructure(element.name)) return;
    if (this.#openContent(element)) return;
    this.#openProperty(element);
  }

  text(text: string): void {
    if (this.#inText) this.#write(text);
  }

  close(name: string): void {
    if (TEXT_ELEMENTS.has(name)) this.#inText = false;
    else if (name === 'w:p') this.#closeParagraph();
    else if (name === 'w:tr') this.#flow.endRow();
    else if (name === 'w:tbl') this.#flow.end();
  }

  #openStructure(name: string): boolean {
    if (name === 'w:p') this.#openParagraph();
    else if (name === 'w:tbl') this.#flow.beginTable();
    else if (name === 'w:tr') this.#flow.beginRow();
    else if (name === 'w:tc') this.#flow.beginCell();
    else return false;
    return true;
  }

  #openContent(element: XmlElement): boolean {
    const character = CHARACTERS[element.name];
    if (TEXT_ELEMENTS.has(element.name)) this.#inText = true;
    else if (character !== undefined) this.#write(character);
    else if (element.name === 'dgm:relIds') this.#found.diagrams.push(element.attribute('r:dm') ?? '');
    else if (element.name === 'w:altChunk') this.#found.insertions.push(element.attribute('r:id') ?? '');
    else return false;
    return true;
  }

  #openProperty(element: XmlElement): void {
    const paragraph = this.#paragraphs.at(-1);
    const value = element.attribute('w:val');
    if (!paragraph || value === undefined) return;
    if (element.name === 'w:pStyle') paragraph.styleId = value;
    else if (element.name === 'w:outlineLvl') Object.assign(paragraph, levelOfOutline(value));
    else if (element.name === 'w:numId') paragraph.numbered = value !== '0';
  }

  #openParagraph(): void {
    this.#flow.end();
    for (const outer of this.#paragraphs) outer.begun = false;
    this.#paragraphs.push({ begun: false });
  }

  #closeParagraph(): void {
    this.#flow.end();
    this.#paragraphs.pop();
  }

  #write(text: string): void {
    const paragraph = this.#paragraphs.at(-1);
    if (paragraph && !paragraph.begun) this.#begin(paragraph);
    this.#flow.text(text);
  }

  #begin(paragraph: Paragraph): void {
    paragraph.begun = true;
    const { styleId = '', numbered = this.#styles.isList(styleId) } = paragraph;
    const level = paragraph.outlineLevel ?? this.#styles.headingLevel(styleId);
    if (level !== undefined) this.#flow.begin('heading', level);
    else this.#flow.begin(numbered ? 'list-item' : 'paragraph');
  }
}

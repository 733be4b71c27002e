import type { DocumentBuilder } from '../builder.js';
import type { BlockFlow } from '../flow.js';

/** Elements whose content is not text of the page. */
const SILENT = new Set([
  'script',
  'style',
  'template',
  'svg',
  'math-annotation',
  'object',
  'iframe',
  'noframes',
  'select',
  'datalist',
  'audio',
  'video',
  'canvas',
]);

/** Elements that end the line before and after them (WHATWG, 15.3 Rendering: flow content, display: block). */
const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p plaintext ' +
    'pre search section summary ul xmp caption'
  ).split(' '),
);

/** Turns the tags of a page into blocks. The kind of a block follows from the elements it is in. */
export class HtmlBlocks {
  readonly #flow: BlockFlow;
  readonly #into: DocumentBuilder;
  #title = '';
  #silent = 0;
  #inTitle = false;
  #lists = 0;
  #preformatted = 0;
  #headings: number[] = [];
  /** The next text begins a block. */
  #fresh = true;

  constructor(flow: BlockFlow, into: DocumentBuilder) {
    this.#flow = flow;
    this.#into = into;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (SILENT.has(name)) this.#silent += 1;
    if (this.#silent > 0) return;
    if (name === 'title') this.#inTitle = true;
    else if (name === 'meta') this.#describe(attributes);
    else if (name === 'br') this.#write('\n');
    else if (name === 'img') this.#write(attributes.alt ?? '');
    else if (name === 'table') this.#atEdge(() => this.#flow.beginTable());
    else if (name === 'tr') this.#atEdge(() => this.#flow.beginRow());
    else if (name === 'td' || name === 'th') this.#atEdge(() => this.#flow.beginCell());
    else if (BLOCKS.has(name)) this.#openBlock(name);
  }

  text(text: string): void {
    if (this.#silent > 0) return;
    if (this.#inTitle) this.#title += text;
    else this.#write(this.#preformatted > 0 ? text : text.replace(/[\t\n\f\r ]+/g, ' '));
  }

  close(name: string): void {
    if (SILENT.has(name)) {
      this.#silent -= 1;
      return;
    }
    if (this.#silent > 0) return;
    if (name === 'title') this.#closeTitle();
    else if (name === 'tr') this.#atEdge(() => this.#flow.endRow());
    else if (name === 'table' || name === 'td' || name === 'th') this.#atEdge(() => this.#flow.end());
    else if (BLOCKS.has(name)) this.#closeBlock(name);
  }

  end(): void {
    this.#flow.end();
  }

  #openBlock(name: string): void {
    this.#atEdge(() => this.#flow.end());
    if (name === 'li') this.#lists += 1;
    else if (name === 'pre') this.#preformatted += 1;
    else if (isHeading(name)) this.#headings.push(Number(name[1]));
  }

  #closeBlock(name: string): void {
    this.#atEdge(() => this.#flow.end());
    if (name === 'li') this.#lists -= 1;
    else if (name === 'pre') this.#preformatted -= 1;
    else if (isHeading(name)) this.#headings.pop();
  }

  #atEdge(step: () => void): void {
    step();
    this.#fresh = true;
  }

  #write(text: string): void {
    if (this.#fresh) {
      if (text.trim() === '' && this.#preformatted === 0) return;
      this.#begin();
      this.#fresh = false;
    }
    this.#flow.text(text);
  }

  #begin(): void {
    const level = this.#headings.at(-1);
    if (level !== undefined) this.#flow.begin('heading', level);
    else if (this.#preformatted > 0) this.#flow.begin('code');
    else this.#flow.begin(this.#lists > 0 ? 'list-item' : 'paragraph');
  }

  #closeTitle(): void {
    this.#inTitle = false;
    this.#into.setTitle(this.#title);
  }

  #describe(attributes: Readonly<Record<string, string>>): void {
    const name = (attributes.name ?? attributes.property ?? '').toLowerCase();
    if (name === 'author' || name === 'description' || name === 'keywords') {
      this.#into.setMetadata(name, attributes.content);
    }
  }
}

function isHeading(name: string): boolean {
  return /^h[1-6]$/.test(name);
}

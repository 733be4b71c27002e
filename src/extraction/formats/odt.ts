import { Archive } from '../archive/archive.js';
import { skipping } from '../archive/skipping.js';
import { walkXml, type XmlElement, type XmlVisitor } from '../archive/xml.js';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { corrupt, encrypted } from '../failures.js';
import { BlockFlow } from '../flow.js';
import { statedTitle } from '../text/stated-title.js';

/** ODT (OpenDocument 1.3): headings with their outline level, paragraphs, lists, tables, notes. */
export const readOdt: FormatReader = async ({ bytes }, into, { expansion, limits }) => {
  const archive = await Archive.open(bytes, expansion);
  const walk = (part: string, visitor: XmlVisitor) => walkXml(archive.read(part), visitor, limits.maxDepth);
  if (!archive.has('content.xml')) throw corrupt('ODT', new Error('content.xml is missing'));
  if (archive.has(MANIFEST)) await walk(MANIFEST, { open: refuseEncryption });
  if (archive.has(META)) await walk(META, describe(into));
  await walk('content.xml', skipping(HIDDEN, new OdtContent(new BlockFlow(into))));
};

const MANIFEST = 'META-INF/manifest.xml';
const META = 'meta.xml';

/** Deleted text, the tracked author of a comment, and layout of page furniture. */
const HIDDEN = new Set([
  'text:tracked-changes',
  'dc:creator',
  'dc:date',
  'text:note-citation',
  'svg:title',
  'svg:desc',
]);

const META_LABELS: Readonly<Record<string, string>> = {
  'meta:initial-creator': 'author',
  'dc:creator': 'last editor',
  'dc:subject': 'subject',
  'dc:description': 'description',
  'dc:language': 'language',
  'meta:keyword': 'keywords',
  'meta:creation-date': 'created',
  'dc:date': 'modified',
};

function refuseEncryption({ name }: XmlElement): void {
  if (name === 'manifest:encryption-data') throw encrypted('an ODT document');
}

function describe(into: DocumentBuilder): XmlVisitor {
  let text = '';
  return {
    open: () => {
      text = '';
    },
    text: (more) => {
      text += more;
    },
    close: (name) => {
      if (name === 'dc:title') into.setTitle(statedTitle(text));
      const label = META_LABELS[name];
      if (label) into.setMetadata(label, text);
      text = '';
    },
  };
}

class OdtContent implements XmlVisitor {
  readonly #flow: BlockFlow;
  /** Open paragraphs and headings; text outside of them is layout. */
  #paragraphs = 0;
  #lists = 0;

  constructor(flow: BlockFlow) {
    this.#flow = flow;
  }

  open(element: XmlElement): void {
    switch (element.name) {
      case 'text:h':
        this.#paragraphs += 1;
        this.#flow.begin('heading', Number(element.attribute('text:outline-level') ?? 1));
        break;
      case 'text:p':
        this.#paragraphs += 1;
        this.#flow.begin(this.#lists > 0 ? 'list-item' : 'paragraph');
        break;
      case 'text:list':
        this.#lists += 1;
        break;
      case 'table:table':
        this.#flow.beginTable();
        break;
      case 'table:table-row':
        this.#flow.beginRow();
        break;
      case 'table:table-cell':
      case 'table:covered-table-cell':
        this.#flow.beginCell();
        break;
      default:
        this.#openCharacter(element);
    }
  }

  text(text: string): void {
    if (this.#paragraphs > 0) this.#flow.text(text.replace(/\s+/g, ' '));
  }

  close(name: string): void {
    if (name === 'text:p' || name === 'text:h') this.#closeParagraph();
    else if (name === 'text:list') this.#lists -= 1;
    else if (name === 'table:table-row') this.#flow.endRow();
  }

  #openCharacter(element: XmlElement): void {
    if (this.#paragraphs === 0) return;
    if (element.name === 'text:line-break') this.#flow.text('\n');
    else if (element.name === 'text:tab' || element.name === 'text:s') this.#flow.text(' ');
  }

  #closeParagraph(): void {
    this.#paragraphs -= 1;
    this.#flow.end();
  }
}

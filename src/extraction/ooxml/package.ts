import { posix } from 'node:path';
import type { Archive } from '../archive/archive.js';
import { walkXml, type XmlVisitor } from '../archive/xml.js';
import type { DocumentBuilder } from '../builder.js';
import { corrupt } from '../failures.js';
import { statedTitle } from '../text/stated-title.js';

/** A relationship of a part (ECMA-376 part 2, 6.5): `type` is the last segment of its URI. */
export interface Relationship {
  readonly id: string;
  readonly type: string;
  /** Name of the target part in the archive. */
  readonly target: string;
}

/** An Office Open XML file as parts that relate to each other. */
export class OfficePackage {
  readonly #archive: Archive;
  readonly #maxDepth: number;

  constructor(archive: Archive, maxDepth: number) {
    this.#archive = archive;
    this.#maxDepth = maxDepth;
  }

  has(part: string): boolean {
    return this.#archive.has(part);
  }

  bytes(part: string): Promise<Uint8Array> {
    return this.#archive.readAll(part);
  }

  async walk(part: string, visitor: XmlVisitor): Promise<void> {
    await walkXml(this.#archive.read(part), visitor, this.#maxDepth);
  }

  /** The part that holds the document itself. @throws AQF_EXTRACTION_CORRUPT when there is none */
  async mainPart(usual: string): Promise<string> {
    const roots = await this.relationships('');
    const main = roots.find(({ type, target }) => type === 'officeDocument' && this.has(target));
    if (main) return main.target;
    if (this.has(usual)) return usual;
    throw corrupt('an Office file', new Error(`the part ${usual} is missing`));
  }

  /** Relationships to parts inside the package; links to anywhere else are never followed. */
  async relationships(part: string): Promise<Relationship[]> {
    const found: Relationship[] = [];
    const rels = posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`);
    if (!this.has(rels)) return found;
    await this.walk(rels, {
      open: (element) => {
        if (element.name !== 'rel:Relationship' || element.attribute('TargetMode') === 'External') return;
        found.push({
          id: element.attribute('Id') ?? '',
          type: (element.attribute('Type') ?? '').split('/').at(-1) ?? '',
          target: resolveTarget(part, element.attribute('Target') ?? ''),
        });
      },
    });
    return found;
  }

  async describe(into: DocumentBuilder): Promise<void> {
    const roots = await this.relationships('');
    const core = roots.find(({ type }) => type === 'core-properties')?.target;
    if (core === undefined || !this.has(core)) return;
    let text = '';
    await this.walk(core, {
      open: () => {
        text = '';
      },
      text: (more) => {
        text += more;
      },
      close: (name) => {
        if (name === 'dc:title') into.setTitle(statedTitle(text));
        const label = CORE_PROPERTIES[name];
        if (label) into.setMetadata(label, text);
        text = '';
      },
    });
  }
}

const CORE_PROPERTIES: Readonly<Record<string, string>> = {
  'dc:creator': 'author',
  'dc:subject': 'subject',
  'dc:description': 'description',
  'dc:language': 'language',
  'cp:keywords': 'keywords',
  'cp:category': 'category',
  'dcterms:created': 'created',
  'dcterms:modified': 'modified',
};

function resolveTarget(part: string, target: string): string {
  const absolute = target.startsWith('/') ? target : `/${posix.join(posix.dirname(part), target)}`;
  return posix.normalize(absolute).slice(1);
}

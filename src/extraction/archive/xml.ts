import iconv from 'iconv-lite';
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { hostile, tooDeep } from '../failures.js';
import { canonicalName } from './namespaces.js';

/** An element under its canonical name, such as `w:p`, whatever prefix the file chose. */
export class XmlElement {
  readonly name: string;
  readonly #attributes: Record<string, SaxesAttributeNS>;

  constructor(tag: SaxesTagNS) {
    this.name = canonicalName(tag.uri, tag.local);
    this.#attributes = tag.attributes;
  }

  /** The value of an attribute by its canonical name, such as `w:val`; unprefixed names as they are. */
  attribute(name: string): string | undefined {
    const direct = this.#attributes[name];
    if (direct && canonicalName(direct.uri, direct.local) === name) return direct.value;
    return Object.values(this.#attributes).find((each) => canonicalName(each.uri, each.local) === name)
      ?.value;
  }
}

/** What a reader wants to know of an XML part, in document order. */
export interface XmlVisitor {
  open?(element: XmlElement): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Parses XML as a stream, without a tree: memory and stack do not grow with the document. Nothing is
 * fetched and no declared entity is expanded; a part that declares entities is refused.
 *
 * @throws AQF_EXTRACTION_TOO_DEEP, AQF_EXTRACTION_HOSTILE, and the parser's error where it is not well-formed
 */
export async function walkXml(
  chunks: AsyncIterable<Uint8Array>,
  visitor: XmlVisitor,
  maxDepth: number,
): Promise<void> {
  const parser = parserFor(visitor, maxDepth);
  let decoder: iconv.DecoderStream | undefined;
  for await (const chunk of chunks) {
    decoder ??= iconv.getDecoder(encodingOf(chunk));
    parser.write(decoder.write(Buffer.from(chunk)));
  }
  parser.write(decoder?.end() ?? '');
  parser.close();
}

function parserFor(visitor: XmlVisitor, maxDepth: number): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const names: string[] = [];
  parser.on('opentag', (tag) => {
    if (names.length >= maxDepth) throw tooDeep(maxDepth);
    const element = new XmlElement(tag);
    names.push(element.name);
    visitor.open?.(element);
  });
  parser.on('closetag', () => {
    const name = names.pop();
    if (name !== undefined) visitor.close?.(name);
  });
  parser.on('text', (text) => visitor.text?.(text));
  parser.on('cdata', (text) => visitor.text?.(text));
  parser.on('doctype', refuseEntities);
  parser.on('error', (error) => {
    throw error;
  });
  return parser;
}

/** Office formats forbid document type declarations; entities in one serve only attacks. */
function refuseEntities(doctype: string): void {
  if (/<!ENTITY/i.test(doctype)) throw hostile('its XML declares entities');
}

/** XML 1.0, appendix F: byte order mark, then the declaration, then UTF-8. */
function encodingOf(head: Uint8Array): string {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const declaration = Buffer.from(head.subarray(0, 200)).toString('latin1');
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(declaration)?.[1];
  return declared && iconv.encodingExists(declared) && !/^utf-?16/i.test(declared) ? declared : 'utf-8';
}

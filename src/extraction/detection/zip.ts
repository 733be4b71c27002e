import type { Archive } from '../archive/archive.js';
import type { DocumentFormat } from '../document.js';
import { unsupported } from '../failures.js';

/** Main parts by their content type: transitional or strict, template or macro-enabled alike. */
const CONTENT_TYPES: readonly (readonly [RegExp, DocumentFormat])[] = [
  [/wordprocessingml\.(document|template)\.main\+xml|ms-word\.\w+\.macroEnabled\.main\+xml/i, 'docx'],
  [/presentationml\.\w+\.main\+xml|ms-powerpoint\.\w+\.macroEnabled\.main\+xml/i, 'pptx'],
  [/spreadsheetml\.(sheet|template)\.main\+xml|ms-excel\.\w+\.macroEnabled\.main\+xml/i, 'xlsx'],
];

const USUAL_PARTS: readonly (readonly [string, DocumentFormat])[] = [
  ['word/document.xml', 'docx'],
  ['ppt/presentation.xml', 'pptx'],
  ['xl/workbook.xml', 'xlsx'],
];

const ODT = /application\/vnd\.oasis\.opendocument\.text(-template|-master)?\b/;
const MAX_MANIFEST_BYTES = 1024 * 1024;

/** @throws AQF_EXTRACTION_UNSUPPORTED for archives that are no document we read */
export async function detectZip(archive: Archive): Promise<DocumentFormat> {
  if (archive.has('mimetype')) return formatOfMime(await head(archive, 'mimetype'));
  const types = await head(archive, '[Content_Types].xml');
  const office = CONTENT_TYPES.find(([pattern]) => pattern.test(types))?.[1];
  if (office) return office;
  const usual = USUAL_PARTS.find(([part]) => archive.has(part))?.[1];
  if (usual) return usual;
  if (ODT.test(await head(archive, 'META-INF/manifest.xml'))) return 'odt';
  throw unsupported(types === '' ? 'a ZIP archive' : 'an Office file of another kind');
}

function formatOfMime(mime: string): DocumentFormat {
  if (ODT.test(mime)) return 'odt';
  if (mime.startsWith('application/epub+zip')) throw unsupported('an EPUB book');
  throw unsupported(`an archive of type ${mime.trim().slice(0, 100)}`);
}

async function head(archive: Archive, name: string): Promise<string> {
  let text = '';
  for await (const chunk of archive.read(name)) {
    text += Buffer.from(chunk).toString('utf-8');
    if (text.length > MAX_MANIFEST_BYTES) break;
  }
  return text.replace(/\0/g, '');
}

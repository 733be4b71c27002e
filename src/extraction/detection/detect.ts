import { Archive } from '../archive/archive.js';
import type { ExpansionBudget } from '../archive/expansion.js';
import type { ExtractionSource } from '../context.js';
import type { DocumentFormat } from '../document.js';
import { empty, encrypted, unsupported } from '../failures.js';
import { decodeText } from '../text/decode.js';
import { detectText } from './detect-text.js';
import { binaryKind } from './signatures.js';
import { detectZip } from './zip.js';

/**
 * The format of a file by its content. Its name only decides between kinds of plain text.
 *
 * @throws AQF_EXTRACTION_UNSUPPORTED, AQF_EXTRACTION_ENCRYPTED, AQF_EXTRACTION_EMPTY,
 * AQF_EXTRACTION_CORRUPT (a broken archive)
 */
export async function detectFormat(
  { bytes, name }: ExtractionSource,
  expansion: ExpansionBudget,
): Promise<DocumentFormat> {
  if (bytes.every((byte) => byte === 0)) throw empty();
  if (isPdf(bytes)) return 'pdf';
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06')) {
    return detectZip(await Archive.open(bytes, expansion));
  }
  if (startsWith(bytes, '\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1')) throw compoundFile(bytes);
  const binary = binaryKind(bytes);
  if (binary !== undefined) throw unsupported(binary);
  return detectText(decodeText(bytes.subarray(0, TEXT_SAMPLE_BYTES)), name);
}

const TEXT_SAMPLE_BYTES = 64 * 1024;

/** Readers accept a header anywhere in the first 1024 bytes (PDF 1.7, appendix H, note 13). */
function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-');
}

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return Buffer.from(bytes.subarray(0, signature.length)).equals(Buffer.from(signature, 'latin1'));
}

/** Stream names of OLE2 compound files, which tell what the file is ([MS-CFB] stores them in UTF-16). */
const STREAMS: readonly (readonly [string, string])[] = [
  ['__properties_version1.0', 'an Outlook message (.msg)'],
  ['WordDocument', 'a legacy Word document (.doc)'],
  ['Workbook', 'a legacy Excel workbook (.xls)'],
  ['PowerPoint Document', 'a legacy PowerPoint presentation (.ppt)'],
];

function compoundFile(bytes: Uint8Array): Error {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const holds = (stream: string) => buffer.includes(Buffer.from(stream, 'utf16le'));
  if (holds('EncryptedPackage')) return encrypted('an Office document');
  const found = STREAMS.find(([stream]) => holds(stream));
  return unsupported(found?.[1] ?? 'an OLE2 compound file');
}

import chardet from 'chardet';
import iconv from 'iconv-lite';
import { guessCyrillic } from './cyrillic.js';

/** Bytes that a guess looks at; enough for any statistics and quick on a large file. */
const SAMPLE_BYTES = 64 * 1024;
/** Of 100. Below, the letter statistics of `chardet` are little more than a tie. */
const CONFIDENT = 40;

/**
 * Bytes as text. In this order: byte order mark, the charset the document declares, UTF-8 if it is valid,
 * and letter statistics.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = charsetOfMark(bytes) ?? charsetOfNuls(bytes);
  if (marked) return iconv.decode(buffer, marked);
  const utf8 = decodeUtf8(bytes);
  if (utf8 !== undefined && !isEscapeEncoded(declared)) return utf8;
  if (declared && iconv.encodingExists(declared) && !/^utf-?\d/i.test(declared)) {
    return iconv.decode(buffer, declared);
  }
  return iconv.decode(buffer, guessCharset(sampleOf(buffer)));
}

/** ISO-2022 texts are pure ASCII bytes, so they would pass for UTF-8. */
function isEscapeEncoded(declared: string | undefined): boolean {
  return declared !== undefined && /^(iso-2022|hz)/i.test(declared) && iconv.encodingExists(declared);
}

function charsetOfMark([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  return undefined;
}

/** UTF-16 without a mark: in text with any Latin letters or spaces, every other byte is often NUL. */
function charsetOfNuls(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 1024);
  const nuls = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = nuls;
  const enough = sample.length / 8;
  if (odd > enough && even === 0) return 'utf-16le';
  return even > enough && odd === 0 ? 'utf-16be' : undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** From the first byte beyond ASCII on: what is before it says nothing. */
function sampleOf(buffer: Buffer): Buffer {
  const first = Math.max(
    buffer.findIndex((byte) => byte >= 0x80),
    0,
  );
  return buffer.subarray(first, first + SAMPLE_BYTES);
}

function guessCharset(sample: Buffer): string {
  const [best] = chardet.analyse(sample).filter(({ name }) => iconv.encodingExists(name));
  if (best && best.confidence >= CONFIDENT) return best.name;
  return guessCyrillic(sample) ?? best?.name ?? 'windows-1252';
}

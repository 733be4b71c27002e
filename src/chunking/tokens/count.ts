import { mergeBytePairs } from './byte-pairs.js';
import { PieceScanner } from './pieces.js';
import { utf8Bytes, vocabulary } from './vocabulary.js';

const WINDOW = 65_536;

const CACHED_PIECE_LENGTH = 32;
const CACHED_PIECES = 100_000;
const cache = new Map<string, number>();

/**
 * The number of cl100k_base tokens of a text. What looks like a special token (`<|endoftext|>`) is counted as
 * the plain text it is. Exact, but for runs of more than a million letters, which are counted in parts.
 */
export function countTokens(text: string): number {
  const scanner = new PieceScanner(text, 0, WINDOW);
  let tokens = 0;
  while (scanner.next()) {
    while (scanner.truncated) scanner.widen();
    tokens += countPiece(text.slice(scanner.start, scanner.end));
  }
  return tokens;
}

/** The number of tokens of one piece of a `PieceScanner`. */
export function countPiece(piece: string): number {
  if (piece.length > CACHED_PIECE_LENGTH) return mergeBytePairs(utf8Bytes(piece), vocabulary()).length;
  const known = cache.get(piece);
  if (known !== undefined) return known;
  const tokens = mergeBytePairs(utf8Bytes(piece), vocabulary()).length;
  remember(piece, tokens);
  return tokens;
}

function remember(piece: string, tokens: number): void {
  if (cache.size >= CACHED_PIECES) cache.clear();
  // A slice would keep its whole document in memory for as long as the cache lives.
  cache.set(Buffer.from(piece, 'utf16le').toString('utf16le'), tokens);
}

/**
 * The end of every token of one piece as UTF-16 offsets into it. The bytes of a character can be spread over
 * several tokens: an end inside a character is that character's offset and a half.
 */
export function pieceTokenEnds(piece: string): number[] {
  const bytes = utf8Bytes(piece);
  const ends = mergeBytePairs(bytes, vocabulary());
  return bytes.length === piece.length ? ends : toUtf16Offsets(ends, piece);
}

function toUtf16Offsets(byteOffsets: readonly number[], text: string): number[] {
  let bytes = 0;
  let at = 0;
  return byteOffsets.map((offset) => {
    while (at < text.length) {
      const codePoint = text.codePointAt(at) ?? 0;
      const width = utf8Width(codePoint);
      if (bytes + width > offset) break;
      bytes += width;
      at += codePoint > 0xffff ? 2 : 1;
    }
    return bytes === offset ? at : at + 0.5;
  });
}

function utf8Width(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode.js';

const RUSSIAN =
  'Однажды, в студеную зимнюю пору, я из лесу вышел; был сильный мороз. Гляжу, поднимается медленно в гору лошадка.';
const GERMAN = 'Die Straße führt über größere Höhen; schöne Grüße aus Köln – „für später“.';

describe('decodeText', () => {
  it.each(['windows-1251', 'cp866', 'koi8-r', 'iso-8859-5'])('finds Russian in %s', (charset) => {
    expect(decodeText(iconv.encode(RUSSIAN, charset))).toBe(RUSSIAN);
  });

  it('finds windows-1252', () => {
    expect(decodeText(iconv.encode(GERMAN, 'windows-1252'))).toBe(GERMAN);
  });

  it.each(['utf-8', 'utf-16le', 'utf-16be'])('follows the byte order mark of %s', (charset) => {
    expect(decodeText(iconv.encode(GERMAN, charset, { addBOM: true }))).toBe(GERMAN);
  });

  it.each(['utf-16le', 'utf-16be'])('finds %s without a mark', (charset) => {
    expect(decodeText(iconv.encode(GERMAN, charset))).toBe(GERMAN);
  });

  it('believes a declared charset where the bytes are not UTF-8', () => {
    expect(decodeText(iconv.encode('Łódź', 'iso-8859-2'), 'iso-8859-2')).toBe('Łódź');
  });

  it('believes valid UTF-8 more than a declared charset', () => {
    expect(decodeText(Buffer.from('Łódź'), 'iso-8859-2')).toBe('Łódź');
  });

  it('ignores a declared charset that does not exist', () => {
    expect(decodeText(iconv.encode(GERMAN, 'windows-1252'), 'x-nonsense')).toBe(GERMAN);
  });

  it('looks at the first letters beyond ASCII, however late they come', () => {
    const text = `${'plain text\n'.repeat(20_000)}${RUSSIAN}`;
    expect(decodeText(iconv.encode(text, 'cp866'))).toBe(text);
  });
});

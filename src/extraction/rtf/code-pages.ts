import iconv from 'iconv-lite';

/** Windows code page of a font's `\fcharset` (RTF 1.9.1, "Font Table"). */
const CHARSET_PAGES: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};

/** The encoding of a font; undefined where the document's own code page applies. */
export function encodingOfCharset(charset: number): string | undefined {
  const page = CHARSET_PAGES[charset];
  return page === undefined ? undefined : encodingOfPage(page);
}

export function encodingOfPage(page: number): string | undefined {
  if (page === 10000) return 'macintosh';
  if (page === 65001) return 'utf-8';
  const name = `cp${page}`;
  return iconv.encodingExists(name) ? name : undefined;
}

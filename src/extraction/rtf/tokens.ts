/** A piece of RTF syntax (RTF 1.9.1, "RTF Syntax"). */
export type RtfToken =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'control'; readonly word: string; readonly parameter: number | undefined }
  /** One byte of text in the current code page. */
  | { readonly type: 'byte'; readonly byte: number };

const OPEN: RtfToken = { type: 'open' };
const CLOSE: RtfToken = { type: 'close' };
const CONTROL_WORD = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?/y;
const BACKSLASH = 0x5c;

/** Splits RTF into tokens, in one pass and without recursion. Binary data (`\bin`) is passed over. */
export function* rtfTokens(bytes: Uint8Array): Generator<RtfToken> {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let at = 0;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === 0x7b) yield OPEN;
    else if (code === 0x7d) yield CLOSE;
    else if (code === BACKSLASH) {
      const { token, next } = escapeAt(source, at);
      if (token) yield token;
      at = next;
      continue;
    } else if (code !== 0x0a && code !== 0x0d && code !== 0) yield { type: 'byte', byte: code };
    at += 1;
  }
}

function escapeAt(source: string, at: number): { token: RtfToken | undefined; next: number } {
  CONTROL_WORD.lastIndex = at;
  const [all, word, digits] = CONTROL_WORD.exec(source) ?? [];
  if (all !== undefined && word !== undefined) {
    const parameter = digits === undefined ? undefined : Number(digits);
    const next = at + all.length;
    if (word === 'bin') return { token: undefined, next: next + Math.max(parameter ?? 0, 0) };
    return { token: { type: 'control', word, parameter }, next };
  }
  const symbol = source[at + 1] ?? '';
  if (symbol === "'") {
    const byte = Number.parseInt(source.slice(at + 2, at + 4), 16);
    return { token: Number.isNaN(byte) ? undefined : { type: 'byte', byte }, next: at + 4 };
  }
  if (symbol === '\\' || symbol === '{' || symbol === '}') {
    return { token: { type: 'byte', byte: symbol.charCodeAt(0) }, next: at + 2 };
  }
  return { token: { type: 'control', word: symbol, parameter: undefined }, next: at + 2 };
}

const WIDE_SPACES = new Set([0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);

/** White space as `\s` and `String.prototype.trim` know it. */
export function isSpaceAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return WIDE_SPACES.has(code) || (code >= 0x2000 && code <= 0x200a);
}

/** The first offset from `at` on that is not white space; the length of the text where there is none. */
export function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpaceAt(text, at)) at++;
  return at;
}

/** `at` moved back over the white space before it. */
export function trimBack(text: string, at: number): number {
  while (at > 0 && isSpaceAt(text, at - 1)) at--;
  return at;
}

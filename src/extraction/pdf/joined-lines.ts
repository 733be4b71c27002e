const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Lines as running text: words divided at a line end are put together again. */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).reduce((text, line) => (text === '' ? line : join(text, line)), '');
}

function join(text: string, line: string): string {
  if (/\p{L}[-\u2010\u00AD]$/u.test(text) && /^\p{Ll}/u.test(line)) return text.slice(0, -1) + line;
  if (CJK.test(text.slice(-1)) && CJK.test(line.slice(0, 1))) return text + line;
  return `${text} ${line}`;
}

/**
 * Text as it may be stored: PostgreSQL refuses U+0000, a lone surrogate is no Unicode at all, and search
 * needs one spelling of each character (Unicode normalisation form C).
 */
export function cleanText(raw: string): string {
  return raw
    .replace(LINE_BREAKS, '\n')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATES, '\uFFFD')
    .replace(SPACES, ' ')
    .normalize('NFC');
}

/** One paragraph: runs of spaces become one, lines are trimmed, blank lines go. */
export function cleanProse(raw: string): string {
  return cleanText(raw)
    .replace(/[\t ]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}

/** One line, for titles, cells and metadata. */
export function cleanLine(raw: string): string {
  return cleanText(raw).replace(/\s+/g, ' ').trim();
}

/** One line of at most `length` UTF-16 code units, never cut inside a character. */
export function cleanLineUpTo(raw: string, length: number): string {
  const line = cleanLine(raw.slice(0, length * 2));
  return line
    .slice(0, length)
    .replace(/\p{Surrogate}$/u, '')
    .trim();
}

/** Preformatted text: indentation stays, trailing blanks and surrounding blank lines go. */
export function cleanCode(raw: string): string {
  return cleanText(raw)
    .replace(/[\t ]+$/gm, '')
    .replace(/^\n+/, '')
    .trimEnd();
}

const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the purpose
const INVISIBLE = /[\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u200B\u2060\uFEFF]/g;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const SPACES = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g;

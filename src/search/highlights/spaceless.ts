/**
 * The characters of scripts that set no spaces between words, and Korean: what is searched by pairs of neighbours. As
 * `aquifer.spaceless` in SQL, held equal to it by a test.
 */
export const SPACELESS =
  '\\u0e01-\\u0e2e\\u0e30-\\u0e3a\\u0e40-\\u0e45\\u0e47-\\u0e4e\\u0e81-\\u0ecf\\u0edc-\\u0edf\\u1000-\\u103f\\u1050-\\u109f' +
  '\\u1780-\\u17d3\\u17d7\\u17dc\\u3005-\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa' +
  '\\u30fc-\\u30ff\\u3105-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf\\uac00-\\ud7a3' +
  '\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';

const RUNS = new RegExp(`[${SPACELESS}]+`, 'gu');
const ANY = new RegExp(`[${SPACELESS}]`, 'u');
const EACH = new RegExp(`[${SPACELESS}]`, 'gu');
/** Characters that are syllables or more: two of them say something. */
const DENSE = /^[\p{Script=Han}\p{Script=Hangul}]$/u;

export function hasSpaceless(text: string): boolean {
  return ANY.test(text);
}

/** The longest pieces of a text that are of such characters alone. */
export function spacelessRuns(text: string): readonly string[] {
  return text.match(RUNS) ?? [];
}

/** The text with spaces for such characters, as long as it was. */
export function withoutSpaceless(text: string): string {
  return text.replace(EACH, (character) => ' '.repeat(character.length));
}

export function isDense(character: string): boolean {
  return DENSE.test(character);
}

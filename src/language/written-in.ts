const LETTER = /\p{L}/u;
const LETTERS_OF = new Map<string, RegExp>();

/**
 * Whether a text has a letter of one of some scripts, or no letter at all: numbers are written everywhere.
 * @param scripts ISO 15924 codes
 * @throws SyntaxError for one that is none
 */
export function isWrittenIn(text: string, scripts: readonly string[]): boolean {
  return scripts.some((script) => lettersOf(script).test(text)) || !LETTER.test(text);
}

function lettersOf(script: string): RegExp {
  const known = LETTERS_OF.get(script);
  if (known) return known;
  const letters = new RegExp(`\\p{Script=${script}}`, 'u');
  LETTERS_OF.set(script, letters);
  return letters;
}

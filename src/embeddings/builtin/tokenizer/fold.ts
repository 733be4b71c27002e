/** Letters that Unicode does not decompose into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  æ: 'ae',
  Ð: 'D',
  ð: 'd',
  Đ: 'D',
  đ: 'd',
  Ħ: 'H',
  ħ: 'h',
  ı: 'i',
  Ł: 'L',
  ł: 'l',
  Ø: 'O',
  ø: 'o',
  Œ: 'OE',
  œ: 'oe',
  Þ: 'Th',
  þ: 'th',
  ẞ: 'SS',
  ß: 'ss',
};
const UNDECOMPOSED = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** The marks of Latin, Greek and Cyrillic; those of Indic scripts are letters in all but name. */
const ACCENTS = /[\u0300-\u036f]+/g;

/** Soft hyphens, joiners, direction marks: invisible, and unknown to the vocabulary. */
const INVISIBLE = /\p{Cf}+/gu;

/**
 * Runs of marks longer than 30 are not text, and ordering them takes normalisation quadratic time. The
 * limit is that of the Stream-Safe Text Format (Unicode Annex 15, section 13).
 */
const MARKS_BEYOND_LIMIT = /(\p{M}{30})\p{M}+/gu;

const PLAIN = /^[\t\n\r\u0020-\u007e]*$/;

/**
 * Text as the vocabulary knows it: compatibility forms resolved (NFKC) and accents dropped, for the model
 * was trained on English and has pieces for few accented letters.
 */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(INVISIBLE, '')
    .replace(MARKS_BEYOND_LIMIT, '$1')
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(UNDECOMPOSED, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKC');
}

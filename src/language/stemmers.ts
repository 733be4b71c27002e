import { primaryLanguage } from './tags.js';

/**
 * How words of these languages are reduced to their stems: PostgreSQL's name of the stemmer. Those that every PostgreSQL
 * from 16 on brings. Kept equal to the migration by a test.
 */
export const STEMMERS: Readonly<Record<string, string>> = {
  ar: 'arabic',
  bs: 'serbian',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hr: 'serbian',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  ms: 'indonesian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/** Languages that are searched by pairs of neighbouring characters. */
export const BIGRAM_LANGUAGES: readonly string[] = ['zh', 'ja', 'ko', 'th', 'lo', 'my', 'km'];

/** How text of a language is searched: by stems, by bigrams, or by words as they are (without accents). */
export function analysisOf(tag: string): 'stems' | 'bigrams' | 'words' {
  const language = primaryLanguage(tag);
  if (language in STEMMERS) return 'stems';
  return BIGRAM_LANGUAGES.includes(language) ? 'bigrams' : 'words';
}

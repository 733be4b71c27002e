import { detectLanguage } from '../language/index.js';

/** What a collection says that finds the language of each document from its text. */
export const AUTO = 'auto';
/** Of texts that do not tell. */
const FALLBACK = 'en';

/** The language of a document, as a BCP 47 tag. @param said a tag, or `auto` */
export async function languageOf(text: string, said: string): Promise<string> {
  if (said !== AUTO) return said;
  return (await detectLanguage(text, { fallback: FALLBACK })).language;
}

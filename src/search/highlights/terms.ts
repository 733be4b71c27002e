import { fold } from './fold.js';
import { isDense, spacelessRuns, withoutSpaceless } from './spaceless.js';

/** What of a question may be marked in a text, in the spelling of `fold`. */
export interface QuestionTerms {
  /** Pairs of neighbouring Chinese characters or Korean syllables. */
  readonly pairs: ReadonlySet<string>;
  /** Words of scripts without spaces. */
  readonly words: ReadonlySet<string>;
  /** Words of other scripts. */
  readonly others: ReadonlySet<string>;
}

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });
const OTHER_WORD = /[\p{L}\p{N}]{2,}/gu;

/**
 * Texts are searched by pairs of characters, but most pairs of an alphabet without spaces (Thai, kana) stand in every
 * text: there, words are marked, by the dictionaries of ICU.
 */
export function termsOf(question: string): QuestionTerms {
  const { text } = fold(question);
  const runs = spacelessRuns(text);
  return {
    pairs: new Set(runs.flatMap(densePairs)),
    words: new Set(runs.flatMap(wordsOf)),
    others: new Set(withoutSpaceless(text).match(OTHER_WORD) ?? []),
  };
}

function densePairs(run: string): string[] {
  const characters = [...run];
  return characters.slice(1).flatMap((second, at) => {
    const first = characters[at] ?? '';
    return isDense(first) && isDense(second) ? [first + second] : [];
  });
}

function wordsOf(run: string): string[] {
  const words = [...WORDS.segment(run)].map(({ segment }) => segment).filter(saysSomething);
  const isShort = [...run].length <= 3;
  return isShort ? [run, ...words] : words;
}

function saysSomething(word: string): boolean {
  const characters = [...word];
  if (characters.some(isDense)) return characters.length >= 2;
  return characters.length >= 3;
}

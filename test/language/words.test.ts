import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { ask, overlaps, type Pair } from './support.js';

/** What is asked, and what is written: forms of one word, or one spelling and another. */
const MEETING: readonly Pair[] = [
  ['de', 'Haus', 'Die Häuser am Fluss'],
  ['de', 'Hauser', 'Die Häuser am Fluss'],
  ['de', 'Städte', 'in der Stadt'],
  ['de', 'Kindern', '„Kinder“'],
  ['de', 'Strasse', 'die Straße'],
  ['es', 'nación', 'las naciones unidas'],
  ['es', 'naciones', 'la nacion'],
  ['es', 'arqueologia', 'la arqueología'],
  ['es', 'hablaron', 'hablar'],
  ['es', 'que comio', '¿qué comió?'],
  ['fr', 'chevaux', 'un cheval'],
  ['fr', 'aimee', 'elle est aimée'],
  ['fr', 'aimer', 'elle est aimée'],
  ['fr', 'homme', 'l’homme'],
  ['fr', 'd’eau', "l'eau"],
  ['fr', 'etudiants', 'les étudiants'],
  ['it', 'libri', 'il libro'],
  ['it', 'citta', 'le città'],
  ['it', 'amica', "un'amica"],
  ['it', 'arte', 'dell’arte'],
  ['pt', 'nação', 'as nações'],
  ['pt-BR', 'coração', 'corações'],
  ['pt', 'interpretacao', 'a interpretação'],
  ['pt', 'coracoes', 'corações'],
  ['ro', 'națiune', 'naţiunilor'],
  ['ro', 'feluriți', 'feluriţi'],
  ['ru', 'книга', 'Книги лежат'],
  ['ru', 'елка', 'ёлка'],
  ['ru', 'писать', 'он писал'],
  ['tr', 'kitap', 'kitapları'],
  ['tr', 'ışık', 'IŞIK'],
  ['tr', 'istanbul', 'İSTANBUL'],
  ['tr', 'Istanbul', 'İstanbul’da'],
  ['ar', 'كتاب', 'الكِتَابُ'],
  ['ar', 'كتاب', 'كتـــاب؟'],
  ['ar', '2024', 'عام ٢٠٢٤'],
  ['fa', 'كتاب', 'کتاب‌ها'],
  ['hi', 'किताब', 'किताबें।'],
  ['el', 'πολη', 'οι πόλεις'],
  ['el', 'ΠΟΛΗ', 'πόλη·'],
  ['sv', 'flicka', 'flickor'],
  ['da', 'hus', 'husene'],
  ['nb', 'hus', 'husene'],
  ['nl', 'boek', 'boeken'],
  ['fi', 'talo', 'talossa'],
  ['hu', 'ház', 'házak'],
  ['hu', 'haz', 'ház'],
  ['id', 'baca', 'membaca'],
  ['ca', 'ciutat', 'les ciutats'],
  ['hy', 'ինչ', 'ի՞նչ'],
  ['cs', 'cestina', 'Čeština'],
  ['vi', 'dong', 'Đông'],
  ['und', 'cafe', 'Café'],
  ['en', 'fox', '“Foxes” ran'],
  ['en', 'naive', 'naïve'],
];

/** Each is written in what it is asked of, and shares no bigram with the last text. */
const SPACELESS: readonly (readonly [...Pair, other: string])[] = [
  ['zh', '手机', '我昨天买了新手机。', '他在大学教书。'],
  ['zh', '手机', 'iPhone手机壳', '机械手表'],
  ['zh', 'iPhone', '新的iPhone手机', '新的手机'],
  ['zh-Hant', '圖書館', '國家圖書館今天關門', '書店'],
  ['ja', '東京タワー', '昨日は東京タワーに行った。', '京都に行った。'],
  ['ja', 'パスワード', 'ﾊﾟｽﾜｰﾄﾞを忘れた', '言葉'],
  ['th', 'กรุงเทพ', 'เขาอยู่กรุงเทพมหานคร', 'แมว'],
  ['ko', '도서관', '도서관에서 만나요', '서점'],
  ['en', '東京', 'The word for Tokyo is 東京都.', 'The word for Kyoto is 京都.'],
];

await describeOnEachDatabase('words of a language', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  test('forms and spellings of a word meet', async () => {
    const shares = await overlaps(database, MEETING);
    // What a question asks beyond it is its spelling without accents, which another form need not share.
    expect(MEETING.filter((_, i) => (shares[i] ?? 0) < 0.2)).toEqual([]);
  });

  test('other words do not meet', async () => {
    const shares = await overlaps(database, [
      ['de', 'Haus', 'Die Maus am Fluss'],
      ['ru', 'книга', 'город'],
      ['ar', 'كتاب', 'مدينة'],
    ]);
    expect(shares).toEqual([0, 0, 0]);
  });

  test('in scripts without spaces every substring of two characters or more is found, and nothing else', async () => {
    const written = SPACELESS.map(([language, asked, text]): Pair => [language, asked, text]);
    const others = SPACELESS.map(([language, asked, , other]): Pair => [language, asked, other]);
    expect(await overlaps(database, written)).toEqual(written.map(() => 1));
    expect(await overlaps(database, others)).toEqual(others.map(() => 0));
  });

  async function terms(languages: readonly string[], question: string): Promise<Record<string, number>> {
    const rows = await ask<{ term: string; weight: number }>(
      database,
      `select language || ':' || lexeme as term, weight from aquifer.query_terms($1, $2)`,
      [languages, question],
    );
    expect(new Set(rows.map(({ term }) => term)).size).toBe(rows.length);
    return Object.fromEntries(rows.map(({ term, weight }) => [term, weight]));
  }

  test('terms of a question are those of each language, as often as they occur', async () => {
    expect(await terms(['de', 'en', 'zh'], 'Häuser, Haus')).toEqual({
      'de:haus': 2,
      'en:hauser': 1,
      'en:haus': 1,
      'zh:hauser': 1,
      'zh:haus': 1,
    });
  });

  test('terms have the spelling without accents with a quarter of the weight', async () => {
    expect(await terms(['fr'], 'aimée')).toEqual({ 'fr:aim': 1, 'fr:aime': 0.25 });
    expect(await terms(['fr'], 'aimee')).toEqual({ 'fr:aime': 1 });
  });

  test('terms are no stop words, with or without accents', async () => {
    expect(await terms(['fr'], 'même le été')).toEqual({});
    expect(await terms(['de'], 'Und was ist das?')).toEqual({});
  });

  test('terms are none of an empty question or without languages', async () => {
    expect(await terms(['de'], '  ')).toEqual({});
    expect(await terms([], 'Haus')).toEqual({});
  });
});

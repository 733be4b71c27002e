import { afterAll, beforeAll, expect, test } from 'vitest';
import { STEMMERS } from '../../src/language/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { ask, lexemesOf } from './support.js';

await describeOnEachDatabase('analysing text', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  test('knows the stemmers that PostgreSQL has, and takes words as they are where it has none', async () => {
    const rows = await ask<{ language: string; used: string; there: boolean }>(
      database,
      `select key as language, aquifer.text_configuration(key)::text as used,
              exists (select from pg_ts_config where cfgname = value and cfgnamespace = 'pg_catalog'::regnamespace) as there
       from jsonb_each_text($1)`,
      [JSON.stringify({ ...STEMMERS, zh: 'simple', cs: 'simple' })],
    );
    for (const { language, used, there } of rows) {
      expect([language, used]).toEqual([
        language,
        there ? `aquifer.${STEMMERS[language] ?? 'simple'}` : 'aquifer.simple',
      ]);
    }
    expect(rows.filter(({ there }) => there).length).toBeGreaterThan(30);
  });

  test('takes any tag', async () => {
    for (const tag of ['de', 'DE', 'de-CH', 'de_AT']) {
      expect(await lexemesOf(database, tag, 'Häuser')).toEqual({ haus: 1 });
    }
    for (const tag of [null, '', 'und', '42', 'tlh']) {
      expect(await lexemesOf(database, tag, 'Häuser')).toEqual({ hauser: 1 });
    }
  });

  test('reads English as it always did', async () => {
    const texts = [
      'The Foxes’ naïve “plans” — re-read in 2020-2021',
      'a b/c F-16 don’t e.g. x@y.com https://a.b/c',
      '',
    ];
    const [row] = await ask<{ same: boolean }>(
      database,
      `select bool_and(aquifer.analyse('en-GB', t) = to_tsvector('aquifer.english', t)) as same from unnest($1::text[]) t`,
      [texts],
    );
    expect(row?.same).toBe(true);
  });

  test('counts how often a lexeme occurs, however it is written', async () => {
    expect(await lexemesOf(database, 'es', 'nación, naciones y nacion')).toEqual({ nacion: 3 });
    expect(await lexemesOf(database, 'zh', '手机和手机 iPhone')).toEqual({
      手机: 2,
      机和: 1,
      和手: 1,
      iphone: 1,
    });
  });

  test('has a character that stands alone, among words too', async () => {
    expect(await lexemesOf(database, 'ja', '2008年8月')).toEqual({ '2008': 1, '8': 1, 年: 1, 月: 1 });
  });

  test.each([
    ['fr', '«élève»—“école”…‹été›·l’eau', ['elev', 'ecol', 'eau']],
    ['ru', '«слово»—„дело“…', ['слов', 'дел']],
    ['ar', 'كتاب، هل؟ نعم؛', ['كتاب', 'هل', 'نعم']],
    ['hi', 'हिन्दी।भाषा॥', ['हिन्द', 'भाष']],
    ['zh', '手机。你好！「世界」', ['手机', '你好', '世界']],
    ['el', 'λέξη·«βιβλίο»', ['λεξ', 'βιβλι']],
    ['uk', 'мʼята', ['м', 'ята']],
    ['de', 'km/h 1939-1945 F-16 und/oder', ['km', 'h', '1939', '1945', 'f', '16']],
    ['he', 'שָׁלוֹם־עולם', ['שלום', 'עולם']],
    ['xx', 'ﬁne ＡＢＣ １２３ m²', ['fine', 'abc', '123', 'm2']],
  ])('%s: no punctuation of any script is in a word: %s', async (language, text, expected) => {
    const found = Object.keys(await lexemesOf(database, language, text));
    expect(found.filter((lexeme) => !/^[\p{L}\p{M}\p{N}]+$/u.test(lexeme))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('nothing that can be written fails: any character within words of any kind of language', async () => {
    const [row] = await ask<{ asked: number; analysed: number }>(
      database,
      `select count(*)::int as asked, count(aquifer.analyse(language, 'é' || chr(code) || 'ab ' || chr(code)))::int as analysed
       from generate_series(3, 65535, 5) as code, unnest(array['fr', 'und']) as language
       where code not between 55296 and 57343`,
    );
    expect(row?.asked).toBeGreaterThan(20_000);
    expect(row?.analysed).toBe(row?.asked);
  });

  /** Of a text made in the database: how many lexemes it has, and the most occurrences of one. */
  async function analysed(language: string, text: string): Promise<{ lexemes: number; most: number }> {
    const [row] = await ask<{ lexemes: number; most: number }>(
      database,
      `select count(*)::int as lexemes, max(cardinality(positions)) as most from unnest(aquifer.analyse($1, (${text})))`,
      [language],
    );
    return row ?? { lexemes: 0, most: 0 };
  }

  test.each([
    ['en', `select string_agg(md5(i::text) || '-' || i, ' ') from generate_series(1, 40000) i`],
    ['fr', `select string_agg('é' || md5(i::text) || '-à' || i, ' ') from generate_series(1, 20000) i`],
    ['fr', `select string_agg('é' || to_hex(i), ' ') from generate_series(1, 40000) i`],
    ['de', `select string_agg('http://x' || i || '.de/ä/' || i, ' ') from generate_series(1, 20000) i`],
    ['zh', `select string_agg(chr(19968 + (i * 7919) % 20000), '') from generate_series(1, 200000) i`],
    ['zh', `select string_agg(chr(131072 + (i * 7919) % 40000), '') from generate_series(1, 70000) i`],
    ['xx', `select repeat(chr(65018) || ' ', 65536)`],
    ['hi', `select string_agg('हि' || i || '-न्दी', ' ') from generate_series(1, 40000) i`],
  ])('%s: a text of any size is analysed: %s', async (language, text) => {
    expect((await analysed(language, text)).lexemes).toBeGreaterThan(0);
  });

  test('a word of any length and a lexeme of any frequency are no failure', async () => {
    expect(await analysed('de', `select repeat('ä', 5000) || ' Haus'`)).toEqual({ lexemes: 1, most: 1 });
    expect(await analysed('fr', `select repeat('école ', 5000)`)).toEqual({ lexemes: 1, most: 255 });
    expect((await analysed('zh', `select repeat('手机', 5000)`)).lexemes).toBe(2);
  });

  test('nothing is of nothing', async () => {
    expect(await lexemesOf(database, 'de', null)).toEqual({});
    expect(await lexemesOf(database, 'ja', '')).toEqual({});
    expect(await lexemesOf(database, 'ja', '。、')).toEqual({});
  });
});

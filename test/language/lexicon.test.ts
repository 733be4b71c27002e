import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { ask } from './support.js';

const WORDS = [
  'search',
  'searcher',
  'research',
  'colour',
  'house',
  'mouse',
  'internationalis',
  'книг',
  'büro',
];

await describeOnEachDatabase('words that nobody has', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
    const tenant = { kind: 'tenant', tenantId: 'alice' } as const;
    await database.provider.query(tenant, {
      text: `insert into aquifer.collections (tenant_id, name) values ('alice', 'one'), ('alice', 'two') returning id`,
    });
    await database.provider.query(tenant, {
      text: `insert into aquifer.lexicon (tenant_id, collection_id, language, lexeme)
             select 'alice', c, 'en', w from unnest($1::text[]) w, generate_series(1, 2) c`,
      values: [WORDS],
    });
  });
  afterAll(() => database.dispose());

  async function similar(term: string, tenant = 'alice', language = 'en'): Promise<string[]> {
    const rows = await ask<{ lexeme: string }>(
      database,
      'select lexeme from aquifer.similar_lexemes($1, array[1, 2], $2, $3, 5)',
      [tenant, language, term],
    );
    return rows.map(({ lexeme }) => lexeme);
  }

  test.each([
    ['serach', ['search']],
    ['saerch', ['search']],
    ['xearch', ['search']],
    ['searchx', ['search']],
    ['color', ['colour']],
    ['ouse', ['house', 'mouse']],
    ['internatoinalisx', ['internationalis']],
    ['кнег', ['книг']],
    ['bürro', ['büro']],
    ['zebra', []],
    ['ho', []],
    ['', []],
    ['%_', []],
  ])('%s is near %j', async (term, expected) => {
    expect(await similar(term)).toEqual(expected);
  });

  test('are never the word itself, nor of another language or tenant', async () => {
    expect(await similar('house')).toEqual(['mouse']);
    expect(await similar('hause', 'alice', 'de')).toEqual([]);
    expect(await similar('hause', 'bob')).toEqual([]);
  });

  test('are found by their beginning, the shortest first and each once', async () => {
    const rows = await ask(
      database,
      `select lexeme from aquifer.lexemes_beginning('alice', array[1, 2], 'en', $1, 2)`,
      ['sear'],
    );
    expect(rows).toEqual([{ lexeme: 'search' }, { lexeme: 'searcher' }]);
  });

  test('are as far apart as the fewest edits between them', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '字'), maxLength: 6 });
    const pairs = fc.sample(fc.tuple(word, word), 300);
    const rows = await ask<{ distance: number }>(
      database,
      `select aquifer.edit_distance(pair ->> 0, pair ->> 1) as distance
       from jsonb_array_elements($1) with ordinality as p (pair, place) order by place`,
      [JSON.stringify(pairs)],
    );
    expect(rows.map(({ distance }) => distance)).toEqual(
      pairs.map(([one, other]) => distanceOf([...one], [...other])),
    );
  });
});

/** The definition, without a table: what is left after the first characters are dealt with in each way. */
function distanceOf(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return one.length + other.length;
  if (one[0] === other[0]) return distanceOf(one.slice(1), other.slice(1));
  const edits = [
    distanceOf(one.slice(1), other),
    distanceOf(one, other.slice(1)),
    distanceOf(one.slice(1), other.slice(1)),
  ];
  if (one[0] === other[1] && one[1] === other[0]) edits.push(distanceOf(one.slice(2), other.slice(2)));
  return 1 + Math.min(...edits);
}

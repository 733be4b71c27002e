import type { Row } from '../../src/relational/index.js';
import type { OpenedDatabase } from '../support/each-database.js';

/** Rows of one statement, run across tenants. */
export async function ask<R extends Row>(
  { provider }: OpenedDatabase,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const { rows } = await provider.query<R>({ kind: 'system', reason: 'test' }, { text, values });
  return rows;
}

/** The lexemes of a text with how often each occurs. */
export async function lexemesOf(
  database: OpenedDatabase,
  language: string | null,
  content: string | null,
): Promise<Record<string, number>> {
  const rows = await ask<{ lexeme: string; count: number }>(
    database,
    'select lexeme, cardinality(positions) as count from unnest(aquifer.analyse($1, $2))',
    [language, content],
  );
  return Object.fromEntries(rows.map(({ lexeme, count }) => [lexeme, count]));
}

/** A language, a question in it, and a text. */
export type Pair = readonly [language: string, asked: string, written: string];

/** The share of each question's weight that its text has: 1 where it has every term. */
export async function overlaps(database: OpenedDatabase, pairs: readonly Pair[]): Promise<number[]> {
  const rows = await ask<{ share: number | null }>(
    database,
    `select (select sum(weight) filter (where lexeme = any (tsvector_to_array(aquifer.analyse(pair ->> 0, pair ->> 2))))
                    / sum(weight)
             from aquifer.query_terms(array[pair ->> 0], pair ->> 1)) as share
     from jsonb_array_elements($1) with ordinality as p (pair, place) order by place`,
    [JSON.stringify(pairs)],
  );
  return rows.map(({ share }) => share ?? 0);
}

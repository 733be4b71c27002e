import { PGlite } from '@electric-sql/pglite';
import type { Analyse } from './bm25.js';

const WORD = /[\p{L}\p{N}]+/gu;

/** Words by Unicode, then the Porter2 stemmer and stop words of PostgreSQL's `english_stem` dictionary. */
export async function englishTerms(texts: readonly string[]): Promise<Analyse> {
  const stems = await stemsOf(new Set(texts.flatMap(words)));
  return (text) => words(text).flatMap((word) => stems.get(word) ?? []);
}

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** A stop word has no stem. */
async function stemsOf(distinct: ReadonlySet<string>): Promise<Map<string, readonly string[]>> {
  const database = await PGlite.create();
  try {
    const { rows } = await database.query<{ word: string; stems: string[] }>(
      `select word, ts_lexize('english_stem', word) as stems from unnest($1::text[]) as word`,
      [[...distinct]],
    );
    return new Map(rows.map(({ word, stems }) => [word, stems]));
  } finally {
    await database.close();
  }
}

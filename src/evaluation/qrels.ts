import { invalidLine, type Line, readLines } from './lines.js';

/** Query id to document id to grade. A grade above 0 means relevant. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Reads relevance judgements in BEIR's form: query id, document id and grade, parted by tabs, under a header.
 * Queries for which nothing is relevant are left out, since no ranking of theirs is better than another.
 *
 * @throws AQF_EVAL_DATASET_INVALID
 */
export async function readJudgements(path: string): Promise<Judgements> {
  const judgements = new Map<string, Map<string, number>>();
  for await (const line of readLines(path)) {
    if (line.number === 1 && isHeader(line)) continue;
    const { query, document, grade } = parseJudgement(path, line);
    const graded = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, graded.set(document, grade));
  }
  for (const [query, graded] of judgements) {
    if (![...graded.values()].some((grade) => grade > 0)) judgements.delete(query);
  }
  return judgements;
}

function isHeader({ text }: Line): boolean {
  return Number.isNaN(Number(text.split('\t')[2]));
}

function parseJudgement(
  path: string,
  { number, text }: Line,
): { query: string; document: string; grade: number } {
  const [query, document, score, ...more] = text.split('\t').map((cell) => cell.trim());
  if (!query || !document || !score || more.length > 0) {
    throw invalidLine(path, number, 'expected query-id, corpus-id and score, parted by tabs.');
  }
  const grade = Number(score);
  if (!Number.isFinite(grade)) throw invalidLine(path, number, `the score "${score}" is not a number.`);
  return { query, document, grade };
}

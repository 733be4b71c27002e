import type { MetricComparison, MetricName, QueryDifference } from './compare.js';
import type { ReportTable } from './report.js';

const NAMES: Readonly<Record<MetricName, string>> = {
  ndcg10: 'nDCG@10',
  recall100: 'Recall@100',
  mrr10: 'MRR@10',
};

/** Two runs side by side, a row a metric. */
export function toComparisonTable(
  comparison: readonly MetricComparison[],
  [first, second]: readonly [first: string, second: string],
): ReportTable {
  return {
    headers: ['metric', first, second, 'change', 'better', 'worse', 'same', 'p', 'p (t-test)'],
    rows: comparison.map(({ metric, randomisation, tTest, ...row }) => [
      NAMES[metric],
      row.first.toFixed(4),
      row.second.toFixed(4),
      signed(row.difference),
      String(row.wins),
      String(row.losses),
      String(row.ties),
      probability(randomisation.p),
      probability(tTest.p),
    ]),
  };
}

/** The queries that changed, those that changed most first, at most `limit` of them. */
export function toQueryTable(
  queries: readonly QueryDifference[],
  texts: ReadonlyMap<string, string>,
  [first, second]: readonly [first: string, second: string],
  limit: number,
): ReportTable {
  return {
    headers: ['query', first, second, 'change', 'text'],
    rows: queries
      .filter(({ difference }) => difference !== 0)
      .slice(0, limit)
      .map(({ query, difference, ...values }) => [
        query,
        values.first.toFixed(4),
        values.second.toFixed(4),
        signed(difference),
        texts.get(query) ?? '',
      ]),
  };
}

/** All queries as tab-separated lines under a header, for a spreadsheet. */
export function* perQueryLines(
  queries: readonly QueryDifference[],
  texts: ReadonlyMap<string, string>,
): Generator<string> {
  yield 'query\tfirst\tsecond\tchange\ttext\n';
  for (const { query, first, second, difference } of queries) {
    const cells = [query, first.toFixed(6), second.toFixed(6), difference.toFixed(6), texts.get(query) ?? ''];
    yield `${cells.map((cell) => cell.replace(/\s+/g, ' ')).join('\t')}\n`;
  }
}

function signed(value: number): string {
  const text = value.toFixed(4);
  return value > 0 ? `+${text}` : text.replace(/^-(0\.0000)$/, '$1');
}

function probability(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

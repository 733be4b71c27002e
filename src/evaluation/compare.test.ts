import { describe, expect, it } from 'vitest';
import { compareQueries, compareRuns } from './compare.js';
import { perQueryLines, toComparisonTable, toQueryTable } from './comparison-report.js';

const run = (ranked: Record<string, string[]>) =>
  new Map(Object.entries(ranked).map(([query, ids]) => [query, ids.map((id, at) => ({ id, score: -at }))]));
const judgements = new Map(['q1', 'q2', 'q3', 'q4'].map((query) => [query, new Map([['d', 1]])]));
const first = run({ q1: ['d'], q2: ['x', 'd'], q3: ['d'] });
const second = run({ q1: ['d'], q2: ['d'], q3: ['x', 'y', 'd'], q4: ['x', 'd'] });

describe('two runs', () => {
  it('are compared query by query', () => {
    // MRR: q1 1 and 1, q2 1/2 and 1, q3 1 and 1/3, q4 (not in the first) 0 and 1/2.
    const [, , mrr] = compareRuns(judgements, first, second);
    expect(mrr).toMatchObject({ metric: 'mrr10', wins: 2, losses: 1, ties: 1 });
    expect(mrr?.first).toBeCloseTo(2.5 / 4, 12);
    expect(mrr?.second).toBeCloseTo((2 + 5 / 6) / 4, 12);
    expect(mrr?.difference).toBeCloseTo(1 / 12, 12);
    // Of the sums ±1/2 ±2/3 ±1/2 none is nearer to 0 than 1/3, which is what was seen.
    expect(mrr?.randomisation).toEqual({ p: 1, permutations: 8, exact: true });
    expect(mrr?.tTest.degreesOfFreedom).toBe(3);
  });

  it('that are one differ in nothing', () => {
    for (const metric of compareRuns(judgements, first, first)) {
      expect(metric).toMatchObject({ difference: 0, wins: 0, losses: 0, ties: 4, randomisation: { p: 1 } });
    }
  });

  it('are told apart by the queries that changed most', () => {
    const queries = compareQueries(judgements, first, second, 'mrr10');
    expect(queries.map(({ query }) => query)).toEqual(['q3', 'q2', 'q4', 'q1']);
    expect(queries[0]).toMatchObject({ first: 1, second: 1 / 3 });
  });
});

describe('the report of a comparison', () => {
  const names = ['builtin', 'larger'] as const;
  const texts = new Map([['q3', 'what\tis a valve?']]);
  const queries = compareQueries(judgements, first, second, 'mrr10');

  it('has a row a metric', () => {
    const { headers, rows } = toComparisonTable(compareRuns(judgements, first, second), names);
    expect(headers).toEqual([
      'metric',
      'builtin',
      'larger',
      'change',
      'better',
      'worse',
      'same',
      'p',
      'p (t-test)',
    ]);
    expect(rows[2]?.slice(0, 8)).toEqual(['MRR@10', '0.6250', '0.7083', '+0.0833', '2', '1', '1', '1.000']);
  });

  it('shows the queries that changed, as many as are wanted', () => {
    const { rows } = toQueryTable(queries, texts, names, 2);
    expect(rows).toEqual([
      ['q3', '1.0000', '0.3333', '-0.6667', 'what\tis a valve?'],
      ['q2', '0.5000', '1.0000', '+0.5000', ''],
    ]);
    expect(toQueryTable(queries, texts, names, 10).rows).toHaveLength(3);
  });

  it('has all queries as lines of cells', () => {
    const lines = [...perQueryLines(queries, texts)];
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('q3\t1.000000\t0.333333\t-0.666667\twhat is a valve?\n');
  });
});

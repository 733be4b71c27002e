import { describe, expect, it, vi } from 'vitest';
import { evaluate } from './evaluate.js';
import type { RankedDocument } from './ranking.js';
import { toReport, toReportTable } from './report.js';

const dataset = {
  name: 'tiny',
  queries: [
    { id: 'q1', text: 'first' },
    { id: 'q2', text: 'second' },
  ],
  judgements: new Map([
    ['q1', new Map([['d1', 1]])],
    ['q2', new Map([['d2', 1]])],
  ]),
};

const answers: Record<string, RankedDocument[]> = {
  first: [
    { id: 'd1', score: 2 },
    { id: 'd2', score: 1 },
  ],
  second: [
    { id: 'd1', score: 2 },
    { id: 'd2', score: 1 },
  ],
};

describe('evaluate', () => {
  it('asks every query in every mode and averages the metrics', async () => {
    const retrieve = vi.fn(async (mode: 'good' | 'mute', query: string) =>
      mode === 'good' ? (answers[query] ?? []) : [],
    );
    const { modes } = await evaluate(dataset, retrieve, { modes: ['good', 'mute'] });
    expect(retrieve.mock.calls.map(([mode, query]) => `${mode} ${query}`)).toEqual([
      'good first',
      'good second',
      'mute first',
      'mute second',
    ]);
    expect(modes.good).toMatchObject({ recall100: 1, mrr10: 0.75 });
    expect(modes.good.ndcg10).toBeCloseTo((1 + 1 / Math.log2(3)) / 2, 12);
    expect(modes.good.qps).toBeGreaterThan(0);
    expect(modes.mute).toMatchObject({ ndcg10: 0, recall100: 0, mrr10: 0 });
  });

  it('keeps the run of each query, ranked, at most 100 deep', async () => {
    const many = Array.from({ length: 150 }, (_, at) => ({ id: `d${at}`, score: at }));
    const { modes } = await evaluate(dataset, async () => many, { modes: ['all'] });
    const found = modes.all.run.get('q1') ?? [];
    expect(found).toHaveLength(100);
    expect(found[0]).toEqual({ id: 'd149', score: 149 });
  });

  it('leaves out the document that is the query itself, unless it is judged', async () => {
    const self = {
      ...dataset,
      queries: [{ id: 'd1', text: 'x' }],
      judgements: new Map([['d1', new Map([['d2', 1]])]]),
    };
    const found = async () => answers.first ?? [];
    const left = await evaluate(self, found, { modes: ['m'] });
    expect(left.modes.m.run.get('d1')?.map(({ id }) => id)).toEqual(['d2']);
    const judged = { ...self, judgements: new Map([['d1', new Map([['d1', 1]])]]) };
    expect((await evaluate(judged, found, { modes: ['m'] })).modes.m.ndcg10).toBe(1);
  });

  it('reports progress after every query', async () => {
    const onProgress = vi.fn();
    await evaluate(dataset, async () => [], { modes: ['m'], onProgress });
    expect(onProgress.mock.calls).toEqual([
      [{ mode: 'm', done: 1, total: 2 }],
      [{ mode: 'm', done: 2, total: 2 }],
    ]);
  });

  it('ends with the error of the retriever', async () => {
    const failing = () => Promise.reject(new Error('database gone'));
    await expect(evaluate(dataset, failing, { modes: ['m'] })).rejects.toThrow('database gone');
  });
});

describe('the report', () => {
  const result = { ndcg10: 0.123456789, recall100: 1, mrr10: 0.5, qps: 123.456, run: new Map() };
  const evaluation = { dataset: 'tiny', modes: { lexical: result } };

  it('has the metrics of each mode and no runs', () => {
    expect(toReport(evaluation)).toEqual({
      dataset: 'tiny',
      modes: { lexical: { ndcg10: 0.123457, recall100: 1, mrr10: 0.5, qps: 123.5 } },
    });
  });

  it('is a table with a row a mode', () => {
    expect(toReportTable(evaluation)).toEqual({
      headers: ['mode', 'nDCG@10', 'Recall@100', 'MRR@10', 'queries/s'],
      rows: [['lexical', '0.1235', '1.0000', '0.5000', '123.5']],
    });
  });
});

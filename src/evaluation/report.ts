import type { Evaluation, ModeMetrics } from './evaluate.js';

/** What `aquifer eval --json` prints. */
export interface EvaluationReport<Mode extends string> {
  readonly dataset: string;
  readonly modes: Readonly<Record<Mode, ModeMetrics>>;
}

export interface ReportTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The figures of an evaluation without its runs. Metrics keep six decimals, queries per second one. */
export function toReport<Mode extends string>(evaluation: Evaluation<Mode>): EvaluationReport<Mode> {
  const entries = modesOf(evaluation).map(([mode, { ndcg10, recall100, mrr10, qps }]) => [
    mode,
    { ndcg10: round(ndcg10, 6), recall100: round(recall100, 6), mrr10: round(mrr10, 6), qps: round(qps, 1) },
  ]);
  return { dataset: evaluation.dataset, modes: Object.fromEntries(entries) };
}

/** The figures as the cells of a table, a row a mode. */
export function toReportTable(evaluation: Evaluation<string>): ReportTable {
  return {
    headers: ['mode', 'nDCG@10', 'Recall@100', 'MRR@10', 'queries/s'],
    rows: modesOf(evaluation).map(([mode, { ndcg10, recall100, mrr10, qps }]) => [
      mode,
      ndcg10.toFixed(4),
      recall100.toFixed(4),
      mrr10.toFixed(4),
      qps.toFixed(1),
    ]),
  };
}

function modesOf(evaluation: Evaluation<string>): [string, ModeMetrics][] {
  return Object.entries(evaluation.modes);
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

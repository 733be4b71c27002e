import {
  type BeirDataset,
  type RecallSample,
  type ReportTable,
  toComparisonTable,
  toQueryTable,
  toReport,
  toReportTable,
} from '../../../evaluation/index.js';
import { formatTable } from '../../output/table.js';
import type { Comparison, ModeComparison } from './compare.js';
import type { Measured } from './measure.js';

const NAMES = ['first', 'second'] as const;

export interface Outcome extends Measured {
  readonly dataset: BeirDataset;
  readonly comparison?: Comparison;
}

/** For programs. */
export function toJson({ evaluation, recall, comparison }: Outcome): object {
  return { ...toReport(evaluation), ...(recall && { recall }), ...(comparison && { comparison }) };
}

/** For readers; of a comparison the `changes` queries that changed most. */
export function toText({ dataset, evaluation, recall, comparison }: Outcome, changes: number): string {
  const texts = new Map(dataset.queries.map(({ id, text }) => [id, text]));
  return [
    evaluation.dataset,
    table(toReportTable(evaluation)),
    ...(recall ? [recallText(recall)] : []),
    ...(comparison ? [`first: as above · second: ${comparison.with}`] : []),
    ...(comparison?.modes ?? []).flatMap((mode) => comparisonText(mode, texts, changes)),
  ].join('\n\n');
}

function comparisonText(
  { mode, metrics, queries }: ModeComparison,
  texts: ReadonlyMap<string, string>,
  changes: number,
): string[] {
  const changed = toQueryTable(queries, texts, NAMES, changes);
  const summary = `${mode}\n\n${table(toComparisonTable(metrics, NAMES))}`;
  if (changed.rows.length === 0) return [summary];
  return [summary, `${mode}, nDCG@10 of the queries that changed most\n\n${table(changed)}`];
}

function recallText({ k, queries, mean, worst, incomplete, exactMs, approximateMs }: RecallSample): string {
  const found = `Recall@${k} of the semantic search against the exact one: ${mean.toFixed(4)}`;
  const lost = `${incomplete} of ${queries} questions lost something, the worst has ${worst.toFixed(2)}`;
  return `${found} (${lost}; ${approximateMs.toFixed(1)} ms against ${exactMs.toFixed(1)} ms)`;
}

function table({ headers, rows }: ReportTable): string {
  return formatTable(headers, rows);
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BeirDataset,
  compareQueries,
  compareRuns,
  type MetricComparison,
  type QueryDifference,
  type Run,
  readTrecRun,
} from '../../../evaluation/index.js';
import type { SearchMode } from '../../../search/index.js';
import { type Measured, type MeasureOptions, measure } from './measure.js';
import { changedSettings, type EvalSettings } from './settings.js';

/** Two runs of one mode. */
export interface ModeComparison {
  readonly mode: SearchMode;
  readonly metrics: readonly MetricComparison[];
  /** By nDCG@10, those that changed most first. */
  readonly queries: readonly QueryDifference[];
}

export interface Comparison {
  /** What the second run is: a file, a model, or a changed setting. */
  readonly with: string;
  readonly modes: readonly ModeComparison[];
}

/** Measures what is compared with, after the first run: only one process has an embedded database. */
export type OtherRuns = () => Promise<(mode: SearchMode) => Promise<Run>>;

/**
 * What a run is compared with: a TREC run file, a folder of them as `--run` writes it, another model, or one setting
 * changed. Nothing is measured yet.
 * @throws AQF_ARGUMENT_INVALID for a setting that there is not
 */
export async function otherRuns(
  other: string,
  dataset: BeirDataset,
  settings: EvalSettings,
  options: MeasureOptions,
): Promise<OtherRuns> {
  const found = await stat(other).catch(() => undefined);
  if (found?.isDirectory()) return async () => (mode) => readTrecRun(join(other, `${mode}.trec`));
  if (found) return async () => () => readTrecRun(other);
  const changed = changedSettings(settings, other);
  const { recall: _, ...rest } = options;
  const [only] = changed.modes.length === 1 ? changed.modes : [];
  return async () => {
    const { evaluation } = await measure(dataset, changed, rest);
    return async (mode) => evaluation.modes[only ?? mode].run;
  };
}

/** @throws AQF_MODEL_UNKNOWN, AQF_EVAL_DATASET_INVALID */
export async function compareWith(
  other: string,
  runs: OtherRuns,
  { evaluation }: Measured,
  { judgements }: BeirDataset,
): Promise<Comparison> {
  const runOf = await runs();
  const modes: ModeComparison[] = [];
  for (const [mode, { run: first }] of Object.entries(evaluation.modes) as [SearchMode, { run: Run }][]) {
    const second = await runOf(mode);
    modes.push({
      mode,
      metrics: compareRuns(judgements, first, second),
      queries: compareQueries(judgements, first, second, 'ndcg10'),
    });
  }
  return { with: other, modes };
}

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

/**
 * Compares what was measured with a TREC run file, with a folder of them as `--run` writes it, with another model, or with
 * one setting changed.
 * @throws AQF_ARGUMENT_INVALID, AQF_MODEL_UNKNOWN, AQF_EVAL_DATASET_INVALID
 */
export async function compareWith(
  other: string,
  { evaluation }: Measured,
  dataset: BeirDataset,
  settings: EvalSettings,
  options: MeasureOptions,
): Promise<Comparison> {
  const runOf = await otherRuns(other, dataset, settings, options);
  const modes: ModeComparison[] = [];
  for (const mode of settings.modes) {
    const [first, second] = [evaluation.modes[mode].run, await runOf(mode)];
    modes.push({
      mode,
      metrics: compareRuns(dataset.judgements, first, second),
      queries: compareQueries(dataset.judgements, first, second, 'ndcg10'),
    });
  }
  return { with: other, modes };
}

async function otherRuns(
  other: string,
  dataset: BeirDataset,
  settings: EvalSettings,
  options: MeasureOptions,
): Promise<(mode: SearchMode) => Promise<Run>> {
  const found = await stat(other).catch(() => undefined);
  if (found?.isDirectory()) return (mode) => readTrecRun(join(other, `${mode}.trec`));
  if (found) return () => readTrecRun(other);
  const changed = changedSettings(settings, other);
  const { recall: _, ...silent } = options;
  const { evaluation } = await measure(dataset, changed, silent);
  const [only] = changed.modes.length === 1 ? changed.modes : [];
  return async (mode) => evaluation.modes[only ?? mode].run;
}

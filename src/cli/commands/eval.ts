import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { AquiferError } from '../../errors/index.js';
import { type Evaluation, perQueryLines, readBeirDataset, writeTrecRun } from '../../evaluation/index.js';
import { SEARCH_MODES, type SearchMode } from '../../search/index.js';
import { wholeNumber, withDataDir } from '../options.js';
import { type Comparison, compareWith, otherRuns } from './eval/compare.js';
import { measure } from './eval/measure.js';
import { toJson, toText } from './eval/print.js';
import { type EvalSettings, share } from './eval/settings.js';

interface EvalCommandOptions extends Omit<EvalSettings, 'modes'> {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly mode?: SearchMode[];
  readonly run?: string;
  readonly recall?: number | true;
  readonly compare?: string;
  readonly perQuery?: string;
  readonly changes: number;
}

const NOTES = `
The folder is in BEIR's format: corpus.jsonl, queries.jsonl and qrels/test.tsv. It is loaded into a tenant of
its own, eval:<folder name>, with --model one of that model, and stays there: a second run only asks the questions.

  nDCG@10      how near the best ten are to the ideal order, 1 is perfect
  Recall@100   the share of relevant documents among the first hundred
  MRR@10       1 / rank of the first relevant document within ten
  queries/s    one after the other, a hundred passages each

--compare puts a second run beside the first: a TREC run file, a folder of them as --run writes it, another model
(<provider>:<name>), or a setting (mode=, model=, fusion=, fusion-weight=, rerank=). p is the chance to see such a
difference between two runs of which neither is better: a paired randomisation test, and a t-test as a check.

Examples:
  aquifer eval ./scifact --run ./runs       also writes runs/lexical.trec, runs/semantic.trec, runs/hybrid.trec
  aquifer eval ./scifact --model transformers:./models/all-MiniLM-L6-v2 --recall
  aquifer eval ./scifact --mode hybrid --compare fusion-weight=0.5 --per-query ./changes
  aquifer eval ./scifact --mode hybrid --compare rerank=transformers:Xenova/ms-marco-MiniLM-L-6-v2`;

export function registerEval(program: Command): void {
  withDataDir(program.command('eval'))
    .description('measure retrieval on a test collection')
    .argument('<folder>', 'a folder in BEIR format')
    .addOption(
      new Option('-m, --mode <modes...>', 'modes to measure (default: all)').choices([...SEARCH_MODES]),
    )
    .option('--model <model>', 'embedding model, <provider>:<name or folder> (default: the configured one)')
    .addOption(new Option('--fusion <way>', 'how hybrid joins its legs').choices(['convex', 'rrf']))
    .option('--fusion-weight <share>', "weight of the semantic leg, 0 to 1 (default: the model's)", share)
    .option(
      '--rerank <model>',
      'judge the best again: transformers:<folder or name>, cohere:<name>, jina:<name>',
    )
    .option('--rerank-depth <number>', 'passages that are judged again (default: 50)', wholeNumber(1, 1000))
    .option(
      '--recall [k]',
      'also compare the nearest k with exact search (default: 10)',
      wholeNumber(1, 1000),
    )
    .option('--compare <other>', 'compare with a run file, a model or a setting, with significance')
    .option('--per-query <folder>', 'with --compare: also write every query, a file a mode')
    .option('--changes <number>', 'with --compare: queries to show', wholeNumber(0, 10_000), 10)
    .option('--run <folder>', 'also write a TREC run file a mode')
    .addHelpText('after', NOTES)
    .action(evaluateFolder);
}

async function evaluateFolder(folder: string, options: EvalCommandOptions): Promise<void> {
  if (options.perQuery !== undefined && options.compare === undefined) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', '--per-query tells what changed: it needs --compare.');
  }
  const dataset = await readBeirDataset(folder);
  const settings = settingsOf(options);
  const { recall, ...rest } = options;
  const asked = { ...rest, ...(recall !== undefined && { recall: recall === true ? 10 : recall }) };
  const runs = options.compare && (await otherRuns(options.compare, dataset, settings, asked));
  const measured = await measure(dataset, settings, asked);
  if (options.run) await writeRuns(options.run, measured.evaluation);
  const comparison =
    options.compare && runs ? await compareWith(options.compare, runs, measured, dataset) : undefined;
  const outcome = { dataset, ...measured, ...(comparison && { comparison }) };
  if (options.perQuery && comparison) {
    await writeQueries(
      options.perQuery,
      comparison,
      new Map(dataset.queries.map(({ id, text }) => [id, text])),
    );
  }
  console.log(options.json ? JSON.stringify(toJson(outcome)) : toText(outcome, options.changes));
}

function settingsOf({
  mode,
  model,
  fusion,
  fusionWeight,
  rerank,
  rerankDepth,
}: EvalCommandOptions): EvalSettings {
  return {
    modes: mode ?? SEARCH_MODES,
    ...(model !== undefined && { model }),
    ...(fusion !== undefined && { fusion }),
    ...(fusionWeight !== undefined && { fusionWeight }),
    ...(rerank !== undefined && { rerank }),
    ...(rerankDepth !== undefined && { rerankDepth }),
  };
}

async function writeRuns(folder: string, evaluation: Evaluation<SearchMode>): Promise<void> {
  for (const [mode, { run }] of Object.entries(evaluation.modes)) {
    await writeTrecRun(join(folder, `${mode}.trec`), run, `aquifer-${mode}`);
  }
}

async function writeQueries(
  folder: string,
  { modes }: Comparison,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { mode, queries } of modes) {
    await writeFile(join(folder, `${mode}.tsv`), perQueryLines(queries, texts));
  }
}

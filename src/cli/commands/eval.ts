import { join } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type BeirDataset,
  type Evaluation,
  evaluate,
  loadDataset,
  readBeirDataset,
  toReport,
  toReportTable,
  writeTrecRun,
} from '../../evaluation/index.js';
import type { Scope } from '../../layer/index.js';
import { SEARCH_MODES, type SearchMode } from '../../search/index.js';
import { type CommonOptions, withDataDir } from '../options.js';
import { createProgress } from '../output/progress.js';
import { formatTable } from '../output/table.js';
import { withScope } from '../session.js';

interface EvalCommandOptions extends CommonOptions {
  readonly mode?: SearchMode[];
  readonly run?: string;
}

const NOTES = `
The folder is in BEIR's format: corpus.jsonl, queries.jsonl and qrels/test.tsv. It is loaded into a tenant of
its own, eval:<folder name>, and stays there: a second run only asks the questions.

  nDCG@10      how near the best ten are to the ideal order, 1 is perfect
  Recall@100   the share of relevant documents among the first hundred
  MRR@10       1 / rank of the first relevant document within ten
  queries/s    one after the other, a hundred passages each

Example:
  aquifer eval ./scifact --run ./runs       also writes runs/lexical.trec, runs/semantic.trec, runs/hybrid.trec`;

export function registerEval(program: Command): void {
  withDataDir(program.command('eval'))
    .description('measure retrieval on a test collection')
    .argument('<folder>', 'a folder in BEIR format')
    .addOption(
      new Option('-m, --mode <modes...>', 'modes to measure (default: all)').choices([...SEARCH_MODES]),
    )
    .option('--run <folder>', 'also write a TREC run file a mode')
    .addHelpText('after', NOTES)
    .action(async (folder: string, options: EvalCommandOptions) => {
      const dataset = await readBeirDataset(folder);
      const evaluation = await withScope({ ...options, tenant: tenantOf(dataset) }, (scope) =>
        evaluateScope(scope, dataset, options),
      );
      if (options.run) await writeRuns(options.run, evaluation);
      if (options.json) console.log(JSON.stringify(toReport(evaluation)));
      else console.log(formatEvaluation(evaluation));
    });
}

/** A tenant's name holds letters, digits and some marks; anything else in a folder's name becomes a dash. */
function tenantOf({ name }: BeirDataset): string {
  return `eval:${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100)}`;
}

async function evaluateScope(
  scope: Scope,
  dataset: BeirDataset,
  options: EvalCommandOptions,
): Promise<Evaluation<SearchMode>> {
  const silent = options.json ?? false;
  const loading = createProgress({ label: `Loading ${dataset.name}`, unit: 'documents', silent });
  await loadDataset(scope.documents, dataset, (done) => loading.update(done));
  loading.finish();

  const modes = options.mode ?? SEARCH_MODES;
  const asking = createProgress({ label: 'Asking', unit: 'questions', silent });
  const total = dataset.queries.length * modes.length;
  let asked = 0;
  const evaluation = await evaluate(dataset, (mode, query, limit) => retrieve(scope, mode, query, limit), {
    modes,
    onProgress: ({ mode }) => asking.update(++asked, { total, detail: mode }),
  });
  asking.finish();
  return evaluation;
}

/** A document is as good as its best passage. */
async function retrieve(scope: Scope, mode: SearchMode, query: string, limit: number) {
  const best = new Map<string, number>();
  for (const { source, score } of await scope.search(query, { mode, limit, snippets: false })) {
    if (!best.has(source)) best.set(source, score);
  }
  return [...best].map(([id, score]) => ({ id, score }));
}

async function writeRuns(folder: string, evaluation: Evaluation<SearchMode>): Promise<void> {
  for (const [mode, { run }] of Object.entries(evaluation.modes)) {
    await writeTrecRun(join(folder, `${mode}.trec`), run, `aquifer-${mode}`);
  }
}

function formatEvaluation(evaluation: Evaluation<SearchMode>): string {
  const { headers, rows } = toReportTable(evaluation);
  return `${evaluation.dataset}\n\n${formatTable(headers, rows)}`;
}

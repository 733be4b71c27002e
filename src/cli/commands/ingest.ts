import type { Command } from 'commander';
import type { IngestFilesResult, IngestProgress } from '../../documents/index.js';
import type { Scope } from '../../layer/index.js';
import { EXIT } from '../exit-codes.js';
import { interruptible } from '../interrupt.js';
import { type CommonOptions, pairsOption, wholeNumber, withCommonOptions } from '../options.js';
import { createProgress, type Progress } from '../output/progress.js';
import { withScope } from '../session.js';

interface IngestCommandOptions extends CommonOptions {
  readonly prune?: boolean;
  readonly metadata: Record<string, string>;
  readonly maxTokens?: number;
  readonly overlapTokens?: number;
}

const NOTES = `
Reads PDF, DOCX, PPTX, XLSX, ODT, RTF, HTML, Markdown, plain text, CSV, JSON and EML; the type is found from
the content, not the name. Folders are read recursively; hidden files and node_modules are passed over.

Running it again is cheap: unchanged files cost a hash, changed files replace only the chunks that changed.
Each document is stored whole or not at all, so it may be interrupted at any time and run again.

Examples:
  aquifer ingest ~/papers --tenant acme
  aquifer ingest ./contracts --metadata department=legal --prune`;

export function registerIngest(program: Command, setExitCode: (code: number) => void): void {
  withCommonOptions(program.command('ingest'))
    .description('store files and folders of documents, ready to be searched')
    .argument('<paths...>', 'files and folders')
    .option('--prune', 'also delete documents whose file below the paths is gone')
    .addOption(pairsOption('--metadata <key=value>', 'stored with each document, for --filter; repeatable'))
    .option('--max-tokens <number>', 'tokens of a chunk (default: 1000)', wholeNumber(16, 100_000))
    .option(
      '--overlap-tokens <number>',
      'tokens a chunk repeats of the one before (default: 200)',
      wholeNumber(0, 50_000),
    )
    .addHelpText('after', NOTES)
    .action(async (paths: string[], options: IngestCommandOptions) => {
      const result = await withScope(options, (scope) => ingestPaths(scope, paths, options));
      if (options.json) console.log(JSON.stringify(result));
      else console.log(summarise(result));
      if (result.aborted) setExitCode(EXIT.interrupted);
      else if (result.failed.length > 0) setExitCode(EXIT.failed);
    });
}

/** Ingests with progress on stderr. */
export function ingestPaths(
  scope: Scope,
  paths: readonly string[],
  options: Partial<IngestCommandOptions>,
): Promise<IngestFilesResult> {
  const progress = createProgress({ label: 'Ingesting', unit: 'files', silent: options.json ?? false });
  const { prune = false, metadata = {}, maxTokens, overlapTokens } = options;
  const chunking = { ...(maxTokens && { maxTokens }), ...(overlapTokens !== undefined && { overlapTokens }) };
  const report = reporterOn(progress);
  return interruptible(async (signal) => {
    try {
      return await scope.documents.ingestFiles(paths, {
        prune,
        metadata,
        chunking,
        signal,
        onProgress: report,
      });
    } finally {
      progress.finish();
    }
  });
}

function reporterOn(progress: Progress): (step: IngestProgress) => void {
  let done = 0;
  return (step) => {
    if (step.kind === 'found') progress.update(0, { total: step.files });
    if (step.kind === 'ingested') progress.update(++done, { detail: step.file });
    if (step.kind === 'failed') {
      progress.note(`failed  ${step.file}: ${step.error.message} (${step.error.code})`);
      progress.update(++done, { detail: step.file });
    }
    if (step.kind === 'pruned') progress.note(`pruned  ${step.file}`);
  };
}

function summarise(result: IngestFilesResult): string {
  const counts = (['added', 'updated', 'unchanged', 'pruned'] as const)
    .filter((status) => result[status] > 0)
    .map((status) => `${result[status]} ${status}`);
  if (result.failed.length > 0) counts.push(`${result.failed.length} failed`);
  const documents = counts.length > 0 ? counts.join(', ') : 'no documents found';
  const stopped = result.aborted ? '\nStopped early. Run it again to go on.' : '';
  return `${documents}; ${result.chunksAdded} chunks written${stopped}`;
}

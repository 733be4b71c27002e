import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { groupByDocument, toMarkdown } from '../data/documents.js';
import { makeCorpus } from '../data/made.js';
import { hasProposals, PROPOSAL_FILES } from '../data/proposals.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { wholeNumber } from '../harness/command-line.js';
import { evenlySpread } from '../harness/statistics.js';

export const DEFAULT_DOCUMENTS = '150';
/** So that the made set is as large as the real one. */
const MADE_PASSAGES = 1_111 * 32;

export interface IngestFiles {
  readonly files: readonly string[];
  /** How the files were chosen. */
  readonly description: string;
}

/** The files to ingest: `--documents` of them, evenly spread. */
export async function chooseFiles(context: BenchmarkContext, folder: string): Promise<IngestFiles> {
  const wanted = context.option('documents') ?? DEFAULT_DOCUMENTS;
  const all = hasProposals() ? await filesBelow(PROPOSAL_FILES) : await makeFiles(folder);
  const files = wanted === 'all' ? all : evenlySpread(all, wholeNumber('documents', wanted));
  const kind = hasProposals() ? 'real documents' : 'made documents (the real ones are not on this machine)';
  const chosen =
    files.length === all.length
      ? `all ${all.length} ${kind}`
      : `${files.length} of ${all.length} ${kind}, evenly spread`;
  return { files, description: chosen };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function makeFiles(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const documents = groupByDocument(makeCorpus(MADE_PASSAGES, 0).passages);
  for (const document of documents) {
    await writeFile(join(folder, `${document.name}.md`), toMarkdown(document));
  }
  return filesBelow(folder);
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILTIN_MODEL } from '../../src/embeddings/builtin/model.js';
import { readMigrations } from '../../src/relational/index.js';
import { groupByDocument, type SourceDocument, toMarkdown } from '../data/documents.js';
import { makeCorpus } from '../data/made.js';
import { type Corpus, hasProposals, readProposals } from '../data/proposals.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { cachedFolder } from '../harness/folders.js';
import { openProduct } from '../harness/product.js';
import { evenlySpread } from '../harness/statistics.js';
import { createReferenceTable } from './references.js';
import { TENANT } from './settings.js';

/** They make ten thousand chunks of the size below. */
const PASSAGES = 11_700;
const QUESTIONS = 200;
/** Small enough that a chunk is about one passage. */
const CHUNKING = { maxTokens: 128, overlapTokens: 0 };
/** Raise it when this file or the reference table prepares something else from the same inputs. */
const PREPARATION = 1;

export interface PreparedSearch {
  readonly dataDir: string;
  readonly questions: readonly string[];
}

/** A data folder with the passages ingested; made once and kept, for embedding them takes minutes. */
export async function prepareSearch(context: BenchmarkContext): Promise<PreparedSearch> {
  const corpus = hasProposals() ? readProposals() : makeCorpus(PASSAGES, QUESTIONS);
  const documents = sampleDocuments(corpus);
  const dataDir = await cachedFolder('search', await inputsOf(documents), (folder) =>
    ingestDocuments(folder, documents, context),
  );
  const passages = documents.reduce((sum, document) => sum + document.passages.length, 0);
  context.note(
    `${corpus.name}: ${documents.length} whole documents, ${passages} passages, kept in ${dataDir}`,
  );
  return { dataDir, questions: evenlySpread(corpus.questions, QUESTIONS) };
}

/** Whole documents, evenly spread, that hold about as many passages as wanted. */
function sampleDocuments({ passages }: Corpus): SourceDocument[] {
  const documents = groupByDocument(passages);
  return evenlySpread(documents, Math.round((documents.length * PASSAGES) / passages.length));
}

/** Everything the prepared folder depends on. */
async function inputsOf(documents: readonly SourceDocument[]): Promise<string[]> {
  const migrations = (await readMigrations()).map(({ checksum }) => checksum);
  const settings = JSON.stringify([PREPARATION, BUILTIN_MODEL.id, CHUNKING]);
  return [settings, ...migrations, ...documents.map(toMarkdown)];
}

async function ingestDocuments(
  folder: string,
  documents: readonly SourceDocument[],
  context: BenchmarkContext,
): Promise<void> {
  context.progress(`preparing ${documents.length} documents, which takes minutes the first time`);
  const sources = join(folder, 'sources');
  await writeFiles(sources, documents);
  const { layer, relational } = await openProduct(folder);
  try {
    const options = { chunking: CHUNKING };
    const { failed } = await layer.scope({ tenantId: TENANT }).documents.ingestFiles([sources], options);
    if (failed[0]) throw failed[0].error;
    await createReferenceTable(relational);
  } finally {
    await layer.close();
  }
  await rm(sources, { recursive: true });
}

async function writeFiles(folder: string, documents: readonly SourceDocument[]): Promise<void> {
  await mkdir(folder);
  for (const [index, document] of documents.entries()) {
    await writeFile(join(folder, `${index}.md`), toMarkdown(document));
  }
}

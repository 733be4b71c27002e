import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { readRecords } from './jsonl.js';
import { type Judgements, readJudgements } from './qrels.js';

export interface BeirDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface BeirQuery {
  readonly id: string;
  readonly text: string;
}

/** A retrieval test collection. */
export interface BeirDataset {
  /** The folder's name. */
  readonly name: string;
  /** Reads the documents from disk, from the first one on with every call, so that any number fits. */
  corpus(): AsyncIterable<BeirDocument>;
  /** The queries for which something is known to be relevant, in the order of their file. */
  readonly queries: readonly BeirQuery[];
  readonly judgements: Judgements;
}

const id = z.union([z.string().min(1), z.number().transform(String)]);
const documentSchema = z
  .object({ _id: id, title: z.string().nullish(), text: z.string() })
  .transform(({ _id, title, text }): BeirDocument => ({ id: _id, title: title ?? '', text }));
const querySchema = z
  .object({ _id: id, text: z.string() })
  .transform(({ _id, text }): BeirQuery => ({ id: _id, text }));

/**
 * Opens a folder in BEIR's format: corpus.jsonl, queries.jsonl and qrels/test.tsv (Thakur et al. 2021,
 * https://arxiv.org/abs/2104.08663).
 *
 * @throws AQF_EVAL_DATASET_INVALID naming the file and the line; for the corpus, while it is read
 */
export async function readBeirDataset(folder: string): Promise<BeirDataset> {
  const corpusPath = join(folder, 'corpus.jsonl');
  await access(corpusPath).catch((cause) => {
    throw new AquiferError('AQF_EVAL_DATASET_INVALID', `Cannot read ${corpusPath}: there is no such file.`, {
      cause,
    });
  });
  const judgementsPath = join(folder, 'qrels', 'test.tsv');
  const judgements = await readJudgements(judgementsPath);
  const queries = await readJudgedQueries(join(folder, 'queries.jsonl'), judgements, judgementsPath);
  return {
    name: basename(resolve(folder)),
    corpus: () => readRecords(corpusPath, documentSchema),
    queries,
    judgements,
  };
}

async function readJudgedQueries(
  path: string,
  judgements: Judgements,
  judgementsPath: string,
): Promise<BeirQuery[]> {
  const queries: BeirQuery[] = [];
  for await (const query of readRecords(path, querySchema)) {
    if (judgements.has(query.id)) queries.push(query);
  }
  if (queries.length === judgements.size && queries.length > 0) return queries;
  const known = new Set(queries.map((query) => query.id));
  const unknown = [...judgements.keys()].find((query) => !known.has(query));
  throw new AquiferError(
    'AQF_EVAL_DATASET_INVALID',
    unknown === undefined
      ? `${judgementsPath} names no relevant document for any query.`
      : `${judgementsPath} judges the query "${unknown}", which is not in ${path}.`,
  );
}

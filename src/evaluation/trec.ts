import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidLine, type Line, readLines } from './lines.js';
import { type RankedDocument, type Run, ranked } from './ranking.js';

/**
 * A run as trec_eval reads it: a line `<query> Q0 <document> <rank> <score> <tag>` for each result. White space
 * inside an id would shift the columns, so it is percent-encoded.
 */
export function* trecLines(run: Run, tag: string): Generator<string> {
  for (const [query, documents] of run) {
    for (const [at, { id, score }] of documents.entries()) {
      yield `${word(query)} Q0 ${word(id)} ${at + 1} ${score} ${word(tag)}\n`;
    }
  }
}

/** Writes a TREC run file; the folder is made where it is missing. */
export async function writeTrecRun(path: string, run: Run, tag: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, trecLines(run, tag));
}

/**
 * Reads a TREC run file; results are ordered by their score, as trec_eval does, whatever rank they state.
 * @throws AQF_EVAL_DATASET_INVALID naming the line
 */
export async function readTrecRun(path: string): Promise<Run> {
  const run = new Map<string, RankedDocument[]>();
  for await (const line of readLines(path)) {
    const { query, ...document } = parseResult(path, line);
    const documents = run.get(query);
    if (documents) documents.push(document);
    else run.set(query, [document]);
  }
  return new Map([...run].map(([query, documents]) => [query, ranked(documents)]));
}

function parseResult(path: string, { number, text }: Line): RankedDocument & { readonly query: string } {
  const [query, , document, , score] = text.trim().split(/\s+/);
  const value = Number(score);
  if (query === undefined || document === undefined || !Number.isFinite(value)) {
    throw invalidLine(
      path,
      number,
      'expected query, Q0, document, rank, score and tag, parted by white space.',
    );
  }
  return { query: unword(query), id: unword(document), score: value };
}

/** White space inside an id was percent-encoded; anything else stays as it is. */
function unword(text: string): string {
  return text.replace(/%0[9A-D]|%20|%C2%A0|%E[123]%[89A-F]\w%[89A-F]\w|%EF%BB%BF/gi, (encoded) => {
    const decoded = decodeURIComponent(encoded);
    return /^\s$/.test(decoded) ? decoded : encoded;
  });
}

function word(text: string): string {
  return text.replace(/\s/g, encodeURIComponent);
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Run } from './ranking.js';

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

function word(text: string): string {
  return text.replace(/\s/g, encodeURIComponent);
}

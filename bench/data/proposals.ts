import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { REPOSITORY } from '../harness/folders.js';

/** Design proposals of five communities, beside the repository where its authors work. */
const FOLDER = join(REPOSITORY, '..', 'shared', 'data', 'proposals');

/** 1,111 proposals as files, Markdown and reStructuredText. */
export const PROPOSAL_FILES = join(FOLDER, 'documents');

export interface Passage {
  /** Passages of one document are neighbours. */
  readonly document: string;
  readonly title: string;
  readonly heading: string | null;
  readonly text: string;
}

/** Passages and the questions that are asked of them. */
export interface Corpus {
  readonly name: string;
  readonly passages: readonly Passage[];
  readonly questions: readonly string[];
}

export function hasProposals(): boolean {
  return existsSync(join(FOLDER, 'passages.jsonl.gz'));
}

export function readProposals(): Corpus {
  const passages = gunzipSync(readFileSync(join(FOLDER, 'passages.jsonl.gz'))).toString('utf8');
  const queries = readFileSync(join(FOLDER, 'queries.jsonl'), 'utf8');
  return {
    name: 'design proposals',
    passages: records<Passage>(passages),
    questions: records<{ text: string }>(queries).map(({ text }) => text),
  };
}

function records<T>(lines: string): T[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

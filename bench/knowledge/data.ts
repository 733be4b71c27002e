import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PROPOSAL_FILES } from '../data/proposals.js';
import { evenlySpread } from '../harness/statistics.js';
import { makeKnowledge } from './made.js';

export const DIMENSIONS = 384;

/** A passage with what filters ask of it. */
export interface KnownPassage {
  readonly tenant: string;
  /** Unique within its tenant. */
  readonly document: string;
  readonly title: string;
  readonly heading: string | null;
  readonly status: string | null;
  readonly year: number | null;
  readonly text: string;
}

/** A question whose answer is one document. */
export interface KnownQuestion {
  readonly text: string;
  readonly tenant: string;
  readonly document: string;
}

/** Passages and questions, each with its unit vector: vector `n` is `values.subarray(n × 384, (n + 1) × 384)`. */
export interface Knowledge {
  readonly name: string;
  readonly passages: readonly KnownPassage[];
  readonly vectors: Float32Array;
  readonly questions: readonly KnownQuestion[];
  readonly questionVectors: Float32Array;
}

/** The real passages, or made ones where those are not at hand; `rows` of them, evenly spread. */
export function readKnowledge(rows: number): Knowledge {
  const whole = existsSync(proposalFile('vectors.i8')) ? readProposals() : makeKnowledge();
  if (rows >= whole.passages.length) return whole;
  const kept = evenlySpread(
    whole.passages.map((_, index) => index),
    rows,
  );
  const vectors = new Float32Array(kept.length * DIMENSIONS);
  for (const [place, index] of kept.entries())
    vectors.set(vectorAt(whole.vectors, index), place * DIMENSIONS);
  return { ...whole, passages: kept.map((index) => whole.passages[index] as KnownPassage), vectors };
}

export function vectorAt(vectors: Float32Array, index: number): Float32Array {
  return vectors.subarray(index * DIMENSIONS, (index + 1) * DIMENSIONS);
}

/** A file of the real set, which may not be there. */
function proposalFile(name: string): string {
  return join(dirname(PROPOSAL_FILES), name);
}

function readProposals(): Knowledge {
  const passages = gunzipSync(readFileSync(proposalFile('passages.jsonl.gz'))).toString('utf8');
  const questionVectors = new Uint8Array(readFileSync(proposalFile('query-vectors.f32')));
  return {
    name: 'design proposals of five communities, vectors of all-MiniLM-L6-v2',
    passages: records<KnownPassage>(passages),
    vectors: unitVectors(new Int8Array(readFileSync(proposalFile('vectors.i8')))),
    questions: records<KnownQuestion>(readFileSync(proposalFile('queries.jsonl'), 'utf8')),
    questionVectors: new Float32Array(questionVectors.buffer),
  };
}

/** Row-major, each divided by its length. */
function unitVectors(values: Int8Array): Float32Array {
  const vectors = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += DIMENSIONS) {
    let squares = 0;
    for (let at = start; at < start + DIMENSIONS; at++) squares += (values[at] as number) ** 2;
    const length = Math.sqrt(squares);
    for (let at = start; at < start + DIMENSIONS; at++) vectors[at] = (values[at] as number) / length;
  }
  return vectors;
}

function records<T>(lines: string): T[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

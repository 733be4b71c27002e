import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { VectorMetadata, VectorRecord } from '../../src/vectors/store.js';

const FOLDER = fileURLToPath(new URL('../../../shared/data/proposals/', import.meta.url));
export const PROPOSAL_DIMENSIONS = 384;

interface Passage {
  readonly id: string;
  readonly tenant: string;
  readonly document: string;
  readonly status: string | null;
  readonly year: number | null;
  readonly text: string;
}

/** Real passages with their vectors, of unit length; made ones of like shape where the data is not there. */
export function proposalRecords(amount: number): VectorRecord[] {
  return existsSync(`${FOLDER}vectors.i8`) ? realRecords(amount) : madeRecords(amount);
}

function realRecords(amount: number): VectorRecord[] {
  const vectors = readFileSync(`${FOLDER}vectors.i8`);
  const lines = gunzipSync(readFileSync(`${FOLDER}passages.jsonl.gz`))
    .toString()
    .split('\n');
  return lines.slice(0, amount).map((line, at) => {
    const { id, tenant, document, status, year, text } = JSON.parse(line) as Passage;
    const from = at * PROPOSAL_DIMENSIONS;
    const embedding = unit(
      Float32Array.from({ length: PROPOSAL_DIMENSIONS }, (_, axis) => vectors.readInt8(from + axis)),
    );
    return { id, documentId: document, text, metadata: { tenant, status, year }, embedding };
  });
}

function madeRecords(amount: number): VectorRecord[] {
  const next = random(11);
  const centres = Array.from({ length: 50 }, () =>
    Array.from({ length: PROPOSAL_DIMENSIONS }, () => next() - 0.5),
  );
  return Array.from({ length: amount }, (_, at) => {
    const centre = centres[at % centres.length] ?? [];
    const metadata: VectorMetadata = {
      tenant: `t${at % 5}`,
      status: at % 6 ? 'final' : null,
      year: 2010 + (at % 16),
    };
    return {
      id: `made-${at}`,
      documentId: `document-${Math.floor(at / 30)}`,
      text: `Passage ${at} of a made set.`,
      metadata,
      embedding: unit(Float32Array.from(centre, (value) => value + (next() - 0.5) * 0.6)),
    };
  });
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

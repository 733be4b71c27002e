import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import { mean, median } from '../harness/statistics.js';
import { runOn } from '../relational/server.js';
import { NOISE } from './contestants/contestant.js';
import { DIMENSIONS, type Knowledge, vectorAt } from './data.js';
import type { Field } from './field.js';
import { innerProduct, Largest } from './nearest.js';
import { withNoise } from './random.js';
import type { Actor } from './stage.js';
import { TOP } from './truth.js';

const COPIES = 10;
const QUESTIONS = 200;
const EFFORT = { ef: 100, iterative: 'off' } as const;

interface Size {
  /** Undefined where all passages are loaded already. */
  readonly tenant?: string;
  readonly rows: number;
  readonly copies: number;
}

/** One client's search among a tenth of the passages, all of them, and ten of each with noise. */
export async function measureGrowth(field: Field): Promise<Measurement[]> {
  const { passages } = field.knowledge;
  const tenth = Math.floor(passages.length / 10);
  const sizes: readonly Size[] = [
    { tenant: 'grown-small', rows: tenth, copies: 1 },
    { rows: passages.length, copies: 1 },
    { tenant: 'grown-large', rows: passages.length, copies: COPIES },
  ];
  const { actor } = await field.loaded('aquifer');
  const medians: number[] = [];
  const measurements: Measurement[] = [];
  for (const size of sizes) {
    const { ms, recall } = await measureSize(field, actor, size);
    const count = size.rows * size.copies;
    medians.push(ms);
    field.context.note(`${count} rows: median ${ms.toFixed(2)} ms, recall ${recall.toFixed(4)}`);
    measurements.push(measured(`search_p50_ms_${count}_rows`, ms, 'ms'));
    measurements.push(relative(`recall_${count}_rows`, recall, 'share', 'exact ten nearest'));
  }
  const [small, , large] = medians as [number, number, number];
  return [
    ...measurements,
    relative('p50_growth_10k_to_1m', large / small, 'ratio', 'the same search among a hundredth of the rows'),
  ];
}

async function measureSize(field: Field, actor: Actor, size: Size): Promise<{ ms: number; recall: number }> {
  const { tenant, rows, copies } = size;
  if (tenant) await grow(field, actor, { tenant, rows, copies });
  const where = tenant ? { tenant } : {};
  const asks = Array.from({ length: QUESTIONS }, (_, question) => ({ question, where }));
  const { times, found } = await actor.search({ asks, effort: EFFORT, callers: 1, warmUp: QUESTIONS });
  return { ms: median(times), recall: grownRecall(field, size, found) };
}

async function grow({ context }: Field, actor: Actor, size: Required<Size>): Promise<void> {
  const count = size.rows * size.copies;
  context.progress(`${count} rows`);
  const ms = await actor.ask({ do: 'grow', ...size });
  await runOn(actor.url, 'vacuum analyze');
  context.note(`${count} rows: ${Math.round((count / ms) * 1000)} rows/s with the index`);
}

function grownRecall(
  { knowledge, context }: Field,
  size: Size,
  found: readonly (readonly number[])[],
): number {
  const nearest = grownTruth(knowledge, size, context.progress);
  const recalls = found.map((rows, question) => {
    const true10 = new Set(nearest.subarray(question * TOP, (question + 1) * TOP));
    return rows.filter((row) => true10.has(row)).length / TOP;
  });
  return mean(recalls);
}

/** The rows that are nearest to each question; computed once and kept in the system's temporary folder. */
function grownTruth(knowledge: Knowledge, size: Size, progress: (line: string) => void): Int32Array {
  const hash = createHash('sha256').update(
    JSON.stringify([size.rows, size.copies, QUESTIONS, NOISE, knowledge.name]),
  );
  const file = join(tmpdir(), `aquifer-bench-grown-${hash.digest('hex').slice(0, 16)}.i32`);
  if (!existsSync(file)) {
    progress(`exact nearest neighbours among ${size.rows * size.copies} rows`);
    writeFileSync(`${file}.${process.pid}`, new Uint8Array(nearestRows(knowledge, size).buffer));
    renameSync(`${file}.${process.pid}`, file);
  }
  return new Int32Array(new Uint8Array(readFileSync(file)).buffer);
}

/** As contestants make them (`grow`): the rows themselves, then copies with noise. */
function nearestRows({ vectors, questionVectors }: Knowledge, { rows, copies }: Size): Int32Array {
  const noisy = withNoise(NOISE.strength, NOISE.seed);
  const largest = Array.from({ length: QUESTIONS }, () => new Largest(TOP));
  for (let row = 0; row < rows * copies; row++) {
    const source = vectorAt(vectors, row % rows);
    const vector = row < rows ? source : noisy(source);
    for (let question = 0; question < QUESTIONS; question++) {
      const similarity = innerProduct(questionVectors, question * DIMENSIONS, vector, 0, DIMENSIONS);
      largest[question]?.offer(similarity, row);
    }
  }
  return Int32Array.from(largest.flatMap(({ places }) => [...places]));
}

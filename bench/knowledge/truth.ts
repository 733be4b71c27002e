import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIMENSIONS, type Knowledge } from './data.js';
import { type Group, groupsOf } from './groups.js';
import { innerProduct, Largest } from './nearest.js';

export const TOP = 10;
/** Two sums of the same vectors in another order differ by less. */
const ROUNDING = 1e-6;

/** What an exact search would find, to judge others by. */
export class Truth {
  readonly #knowledge: Knowledge;
  readonly #groups: ReadonlyMap<string, KnownGroup>;

  constructor(knowledge: Knowledge, groups: readonly KnownGroup[]) {
    this.#knowledge = knowledge;
    this.#groups = new Map(groups.map((known) => [known.group.name, known]));
  }

  /**
   * The share of the true ten nearest that was found; of equally near ones any will do. Vectors are compared as given.
   * @throws Error when something was found that is not of the group
   */
  recall(group: string, question: number, found: readonly number[]): number {
    const known = this.#groups.get(group);
    if (!known) throw new RangeError(`Nothing is known of the group ${group}.`);
    const wanted = Math.min(TOP, known.size);
    const least = (known.least[question] as number) - ROUNDING;
    const hits = [...new Set(found)].filter((row) => {
      const passage = this.#knowledge.passages[row];
      if (!passage || !known.group.contains(passage, row)) throw new Error(`Row ${row} is not of ${group}.`);
      return this.#similarity(question, row) >= least;
    });
    return Math.min(hits.length, wanted) / wanted;
  }

  #similarity(question: number, row: number): number {
    const { questionVectors, vectors } = this.#knowledge;
    return innerProduct(questionVectors, question * DIMENSIONS, vectors, row * DIMENSIONS, DIMENSIONS);
  }
}

interface KnownGroup {
  readonly group: Group;
  readonly size: number;
  /** By question: the similarity that the last of its nearest has. Who has as much is one of them. */
  readonly least: Float32Array;
}

/** Computed once for the same set (half a minute for 100,000 passages) and kept in the system's temporary folder. */
export function groundTruth(knowledge: Knowledge, progress: (line: string) => void): Truth {
  const groups = groupsOf(knowledge);
  const questions = knowledge.questions.length;
  const file = join(tmpdir(), `aquifer-bench-truth-${fingerprint(knowledge, groups)}.f32`);
  if (!existsSync(file)) {
    progress(`exact nearest neighbours of ${questions} questions`);
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, bytesOf(leastSimilarities(knowledge, groups)));
    renameSync(aside, file);
  }
  const all = new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  return new Truth(
    knowledge,
    groups.map((group, place) => ({
      group,
      size: knowledge.passages.filter(group.contains).length,
      least: all.subarray(place * questions, (place + 1) * questions),
    })),
  );
}

function fingerprint(knowledge: Knowledge, groups: readonly Group[]): string {
  const hash = createHash('sha256').update(JSON.stringify(groups.map(({ name }) => name)));
  hash.update(bytesOf(knowledge.vectors)).update(bytesOf(knowledge.questionVectors));
  return hash.digest('hex').slice(0, 16);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function leastSimilarities(knowledge: Knowledge, groups: readonly Group[]): Float32Array {
  const { passages, questions } = knowledge;
  const members = groups.map(({ contains }) =>
    Int32Array.from(passages.flatMap((passage, index) => (contains(passage, index) ? [index] : []))),
  );
  const least = new Float32Array(groups.length * questions.length);
  for (let question = 0; question < questions.length; question++) {
    const similarities = allSimilarities(knowledge, question);
    for (const [place, rows] of members.entries()) {
      const largest = new Largest(Math.min(TOP, rows.length));
      for (const row of rows) largest.offer(similarities[row] as number, row);
      least[place * questions.length + question] = largest.least;
    }
  }
  return least;
}

function allSimilarities({ vectors, questionVectors, passages }: Knowledge, question: number): Float32Array {
  const similarities = new Float32Array(passages.length);
  for (let row = 0; row < passages.length; row++) {
    similarities[row] = innerProduct(
      questionVectors,
      question * DIMENSIONS,
      vectors,
      row * DIMENSIONS,
      DIMENSIONS,
    );
  }
  return similarities;
}

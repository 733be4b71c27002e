import type { Vocabulary } from '../weights.js';
import { Trie } from './trie.js';

/** Ids of `�`, `<s>`, `</s>` and three spare tokens, never matched against text. */
const RESERVED_IDS = 6;
export const UNKNOWN_ID = 0;

/**
 * The most probable segmentation of a text under a unigram model (Kudo 2018,
 * https://arxiv.org/abs/1804.10959), found in time linear to the text by the Viterbi algorithm.
 *
 * It yields the ids that the model was fed by TensorFlow.js: ties go to the shorter last piece, a
 * character that begins no piece is unknown at no cost, and a run of unknown characters is one token.
 */
export class UnigramSegmenter {
  readonly #vocabulary: Vocabulary;
  readonly #trie = new Trie();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    for (const [id, [piece]] of vocabulary.entries()) {
      if (id >= RESERVED_IDS) this.#trie.insert(piece, id);
    }
  }

  segment(text: string): number[] {
    return tracePieces(this.#bestPieceEndingAt(text));
  }

  #bestPieceEndingAt(text: string): Lattice {
    const lattice = newLattice(text.length);
    for (let start = 0; start < text.length; start++) {
      let known = false;
      this.#trie.match(text, start, (end, id) => {
        known = true;
        offer(lattice, start, end, id, this.#vocabulary[id]?.[1] ?? 0);
      });
      if (!known) offer(lattice, start, start + 1, UNKNOWN_ID, 0);
    }
    return lattice;
  }
}

/** For every position of a text: the best piece that ends there, and the score of the path up to it. */
interface Lattice {
  readonly scores: Float64Array;
  readonly starts: Int32Array;
  readonly ids: Int32Array;
}

function newLattice(length: number): Lattice {
  const scores = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
  scores[0] = 0;
  return { scores, starts: new Int32Array(length + 1), ids: new Int32Array(length + 1) };
}

function offer(lattice: Lattice, start: number, end: number, id: number, logProbability: number): void {
  const score = (lattice.scores[start] ?? 0) + logProbability;
  if (score < (lattice.scores[end] ?? 0)) return;
  lattice.scores[end] = score;
  lattice.starts[end] = start;
  lattice.ids[end] = id;
}

function tracePieces({ starts, ids }: Lattice): number[] {
  const pieces: number[] = [];
  for (let end = ids.length - 1; end > 0; end = starts[end] ?? 0) {
    const id = ids[end] ?? UNKNOWN_ID;
    if (id !== UNKNOWN_ID || pieces.at(-1) !== UNKNOWN_ID) pieces.push(id);
  }
  return pieces.reverse();
}

import { MinHeap } from './min-heap.js';
import type { Vocabulary } from './vocabulary.js';

/** No pair starts here, or the two tokens make none of the vocabulary. */
const NO_PAIR = -1;
/** A heap entry is `rank * POSITIONS + position`, so equal ranks merge from the left. */
const POSITIONS = 2 ** 30;

/**
 * Byte pair encoding of one piece: repeatedly merges the adjacent pair of the lowest rank (Sennrich et al.
 * 2016, https://aclanthology.org/P16-1162/). A heap over a linked list makes it O(n log n); the scan for the
 * lowest pair that tokenizers commonly use is quadratic and takes minutes for a megabyte without a space.
 *
 * @param bytes one byte per character, see `utf8Bytes`
 * @returns the end of every token, as byte offsets in order
 */
export function mergeBytePairs(bytes: string, ranks: Vocabulary): number[] {
  if (bytes.length === 0) return [];
  if (ranks.has(bytes)) return [bytes.length];
  return new Merging(bytes, ranks).tokenEnds();
}

class Merging {
  readonly #bytes: string;
  readonly #ranks: Vocabulary;
  /** Token start to the token's end, which is also the start of the next one. */
  readonly #end: Int32Array;
  /** Token start to the start of the token before. */
  readonly #before: Int32Array;
  /** Token start to the rank of the pair it makes with the next token. */
  readonly #pairRank: Int32Array;
  readonly #queue = new MinHeap();

  constructor(bytes: string, ranks: Vocabulary) {
    this.#bytes = bytes;
    this.#ranks = ranks;
    const length = bytes.length;
    this.#end = new Int32Array(length).map((_, at) => at + 1);
    this.#before = new Int32Array(length).map((_, at) => at - 1);
    this.#pairRank = new Int32Array(length).fill(NO_PAIR);
    for (let at = 0; at < length - 1; at++) this.#rankPair(at);
  }

  tokenEnds(): number[] {
    for (let entry = this.#queue.pop(); entry !== undefined; entry = this.#queue.pop()) {
      const start = entry % POSITIONS;
      if (this.#pairRank[start] === (entry - start) / POSITIONS) this.#merge(start);
    }
    const ends: number[] = [];
    for (let at = 0; at < this.#bytes.length; at = this.#endOf(at)) ends.push(this.#endOf(at));
    return ends;
  }

  #merge(start: number): void {
    const absorbed = this.#endOf(start);
    const end = this.#endOf(absorbed);
    this.#end[start] = end;
    this.#pairRank[absorbed] = NO_PAIR;
    if (end < this.#bytes.length) this.#before[end] = start;
    this.#rankPair(start);
    const before = this.#before[start] ?? -1;
    if (before >= 0) this.#rankPair(before);
  }

  #rankPair(start: number): void {
    const middle = this.#endOf(start);
    const pair = middle < this.#bytes.length ? this.#bytes.slice(start, this.#endOf(middle)) : '';
    const rank = this.#ranks.get(pair) ?? NO_PAIR;
    this.#pairRank[start] = rank;
    if (rank !== NO_PAIR) this.#queue.push(rank * POSITIONS + start);
  }

  #endOf(start: number): number {
    return this.#end[start] ?? this.#bytes.length;
  }
}

import type { RankedDocument } from '../../src/evaluation/index.js';

/** Words to terms in their order; a word that stands for none is left out. */
export type Analyse = (text: string) => readonly string[];

const K1 = 0.9;
const B = 0.4;

interface Posting {
  readonly document: number;
  readonly frequency: number;
}

/**
 * BM25 over an inverted index in memory, as Lucene scores it, with the parameters that Anserini's published
 * figures use. It shares no code with the product's lexical search and so can be held against it.
 * Robertson & Zaragoza 2009, https://doi.org/10.1561/1500000019
 */
export class ReferenceBm25 {
  readonly #analyse: Analyse;
  readonly #ids: string[] = [];
  readonly #lengths: number[] = [];
  readonly #postings = new Map<string, Posting[]>();
  #totalLength = 0;

  constructor(analyse: Analyse) {
    this.#analyse = analyse;
  }

  add(id: string, text: string): void {
    const terms = this.#analyse(text);
    const document = this.#ids.push(id) - 1;
    this.#lengths.push(terms.length);
    this.#totalLength += terms.length;
    for (const [term, frequency] of frequencies(terms)) {
      const postings = this.#postings.get(term) ?? [];
      postings.push({ document, frequency });
      this.#postings.set(term, postings);
    }
  }

  /** A term that occurs twice in the query counts twice. */
  search(query: string, limit: number): RankedDocument[] {
    const scores = new Map<number, number>();
    for (const [term, times] of frequencies(this.#analyse(query))) {
      for (const posting of this.#postings.get(term) ?? []) {
        const score = times * this.#score(term, posting);
        scores.set(posting.document, (scores.get(posting.document) ?? 0) + score);
      }
    }
    return [...scores]
      .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, limit)
      .map(([document, score]) => ({ id: this.#ids[document] ?? '', score }));
  }

  #score(term: string, { document, frequency }: Posting): number {
    const found = this.#postings.get(term)?.length ?? 0;
    const rarity = Math.log(1 + (this.#ids.length - found + 0.5) / (found + 0.5));
    const length = (this.#lengths[document] ?? 0) / (this.#totalLength / this.#ids.length);
    return (rarity * frequency) / (frequency + K1 * (1 - B + B * length));
  }
}

function frequencies(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

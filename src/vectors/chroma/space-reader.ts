import type { Where } from 'chromadb';
import type { VectorRecord } from '../store.js';
import type { ChromaCollections } from './collections.js';
import { type Content, decodeContent } from './record-codec.js';
import type { CollectionFacts } from './space-facts.js';
import { decodeVector, queryVector } from './vector-codec.js';

const PAGE = 1000;

/** A neighbour as Chroma names it, with all that is stored of it. */
export interface Neighbour extends VectorRecord {
  /** As Chroma's index computed it, in single precision. */
  readonly indexed: number;
}

/** Reads of one space, each one request; nothing where there is no such space. */
export class SpaceReader {
  readonly #collections: ChromaCollections;
  readonly #facts: CollectionFacts;

  constructor(collections: ChromaCollections, facts: CollectionFacts) {
    this.#collections = collections;
    this.#facts = facts;
  }

  count(): Promise<number> {
    return this.#collections.read(this.#facts, 0, (collection) => collection.count());
  }

  /** Of all that Chroma finds, in no order. */
  async ids(where?: Where): Promise<string[]> {
    const read = { include: [], ...(where && { where }) };
    return this.#collections.read(this.#facts, [], async (collection) => (await collection.get(read)).ids);
  }

  /** Whole records in the order of `ids`, without those that do not exist. */
  async records(ids: readonly string[]): Promise<VectorRecord[]> {
    const found = new Map<string, VectorRecord>();
    for (const page of pages(ids)) {
      const rows = await this.#get(page, ['embeddings', 'metadatas']);
      for (const [at, id] of rows.ids.entries()) {
        const embedding = decodeVector(rows.embeddings[at], rows.metadatas[at]?.vector);
        found.set(id, { id, ...decodeContent(id, rows.metadatas[at]), embedding });
      }
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** Without vectors, which are most of what a record weighs. */
  async *contents(ids: readonly string[]): AsyncGenerator<readonly (Content & { readonly id: string })[]> {
    for (const page of pages(ids)) {
      const rows = await this.#get(page, ['metadatas']);
      yield rows.ids.map((id, at) => ({ id, ...decodeContent(id, rows.metadatas[at]) }));
    }
  }

  /** What Chroma's index says is nearest. */
  nearest(embedding: Float32Array, limit: number, where?: Where): Promise<Neighbour[]> {
    const asked = {
      queryEmbeddings: [queryVector(embedding, this.#facts.space.metric)],
      nResults: limit,
      include: ['embeddings' as const, 'metadatas' as const, 'distances' as const],
      ...(where && { where }),
    };
    return this.#collections.read(this.#facts, [], async (collection) => {
      const { ids, embeddings, metadatas, distances } = await collection.query(asked);
      return (ids[0] ?? []).map((id, at) => ({
        id,
        ...decodeContent(id, metadatas[0]?.[at]),
        embedding: decodeVector(embeddings[0]?.[at], metadatas[0]?.[at]?.vector),
        indexed: distances[0]?.[at] ?? Number.NaN,
      }));
    });
  }

  #get(ids: readonly string[], include: ('embeddings' | 'metadatas')[]) {
    const absent: Rows = { ids: [], embeddings: [], metadatas: [] };
    return this.#collections.read<Rows>(this.#facts, absent, (collection) =>
      collection.get({ ids: [...ids], include }),
    );
  }
}

interface Rows {
  readonly ids: string[];
  readonly embeddings: number[][];
  readonly metadatas: readonly (Record<string, unknown> | null)[];
}

/** Ids in requests of a size that Chroma answers quickly; each once. */
function* pages(ids: readonly string[]): Generator<readonly string[]> {
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += PAGE) yield distinct.slice(at, at + PAGE);
}

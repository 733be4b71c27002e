/** What an HNSW index is over. */
export interface IndexShape {
  readonly vectors: number;
  readonly dimensions: number;
  /** Neighbours of a vector in each layer; twice as many in the lowest. @default 16 */
  readonly m?: number;
  /** `bits` keeps the signs of the vectors only. @default 'halfvec' */
  readonly over?: 'halfvec' | 'bits';
}

export interface IndexEstimate {
  /** Bytes for the graph while it is built: less than this in maintenance_work_mem makes the build many times slower. */
  readonly memoryBytes: number;
  /** Bytes of the finished index. */
  readonly diskBytes: number;
}

/** A neighbour in memory: pointer, distance, mark (pgvector 0.8, HnswCandidate). */
const NEIGHBOUR_BYTES = 16;
/** What else a vector needs; both measured with 0.8.1 by when the graph no longer fitted, within 1 %. */
const ELEMENT_BYTES = 176;
const ELEMENT_DISK_BYTES = 204;
/** A neighbour on disk is an item pointer. */
const NEIGHBOUR_DISK_BYTES = 6;

/** What an HNSW index of pgvector takes. Layers above the lowest hold one vector in m, then one in m² … */
export function estimateIndex({ vectors, dimensions, m = 16, over = 'halfvec' }: IndexShape): IndexEstimate {
  const vectorBytes = 8 + (over === 'bits' ? Math.ceil(dimensions / 8) : dimensions * 2);
  const neighbours = 2 * m + m / (m - 1);
  return {
    memoryBytes: Math.ceil(vectors * (vectorBytes + ELEMENT_BYTES + neighbours * NEIGHBOUR_BYTES)),
    diskBytes: Math.ceil(vectors * (vectorBytes + ELEMENT_DISK_BYTES + neighbours * NEIGHBOUR_DISK_BYTES)),
  };
}

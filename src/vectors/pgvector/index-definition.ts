import { invalid } from '../records/index.js';
import type { Metric, VectorSpace } from '../store.js';

export interface IndexOptions {
  /** Neighbours of a vector in each layer, 2 to 100. @default 16 */
  readonly m?: number;
  /** Candidates that are looked at for each vector, 4 to 1000, at least 2 m. @default 200 */
  readonly efConstruction?: number;
  /** `bits`: over the signs of the vectors, a sixteenth of the size; what it finds is ranked by the vectors. @default 'halfvec' */
  readonly over?: 'halfvec' | 'bits';
}

const OPERATORS: Readonly<Record<Metric, string>> = {
  cosine: 'halfvec_cosine_ops',
  l2: 'halfvec_l2_ops',
  inner: 'halfvec_ip_ops',
};

/** The name of the index that a space has to itself. */
export function indexName(spaceId: number): string {
  return `vectors_space_${spaceId}`;
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkIndexOptions({ m = 16, efConstruction = 200 }: IndexOptions): void {
  if (!Number.isInteger(m) || m < 2 || m > 100) throw invalid('m must be a whole number from 2 to 100');
  if (!Number.isInteger(efConstruction) || efConstruction < 2 * m || efConstruction > 1000) {
    throw invalid('efConstruction must be a whole number from 2 m to 1000');
  }
}

/** On the table or partition that has the space, of this space alone, as aquifer.nearest_in_index asks for it; does not block those who write. */
export function createIndex(
  table: string,
  spaceId: number,
  { dimensions, metric }: Pick<VectorSpace, 'dimensions' | 'metric'>,
  { m = 16, efConstruction = 200, over = 'halfvec' }: IndexOptions,
): string {
  const target =
    over === 'bits'
      ? `(binary_quantize(embedding)::bit(${dimensions})) bit_hamming_ops`
      : `(embedding::halfvec(${dimensions})) ${OPERATORS[metric]}`;
  return `create index concurrently ${indexName(spaceId)} on ${table} using hnsw (${target})
    with (m = ${m}, ef_construction = ${efConstruction}) where space_id = ${spaceId}`;
}

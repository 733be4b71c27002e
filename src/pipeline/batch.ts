import type { RelationalProvider, Row } from '../relational/index.js';
import { type EmbeddedChunk, embedMissing } from './embed.js';
import * as queries from './queries.js';
import { type MissingChunk, type PipelineOptions, type ServedSpace, SYSTEM } from './types.js';

/** For whom, and until when. */
export interface Errand {
  readonly tenantId: string;
  readonly signal: AbortSignal;
}

/** The next chunks of flagged documents that lack a vector in a space; those of one that failed come last and alone. */
export async function nextMissing(
  relational: RelationalProvider,
  tenantId: string,
  { id, collectionId }: ServedSpace,
  batch: number,
): Promise<MissingChunk[]> {
  const values = [tenantId, collectionId, id, batch];
  for (const text of [queries.FRESH_CHUNKS, queries.RETRIED_CHUNKS]) {
    const { rows } = await relational.query<MissingChunk & Row>(SYSTEM, { text, values });
    if (rows.length > 0) return rows;
  }
  return [];
}

/** Vectors for chunks: copied where the tenant has the text already, else asked of the model. Those that were copied are left out. */
export async function vectorsFor(
  relational: RelationalProvider,
  space: ServedSpace,
  chunks: readonly MissingChunk[],
  errand: Errand,
  { callTimeoutMs }: Pick<Required<PipelineOptions>, 'callTimeoutMs'>,
): Promise<EmbeddedChunk[]> {
  const { rows } = await relational.query<{ id: number }>(SYSTEM, {
    text: queries.COPY_EQUAL,
    values: [errand.tenantId, space.id, chunks.map(({ id }) => id)],
  });
  const copied = new Set(rows.map(({ id }) => id));
  const left = chunks.filter(({ id }) => !copied.has(id));
  return left.length === 0 ? [] : embedMissing(space.embedder, left, errand, callTimeoutMs);
}

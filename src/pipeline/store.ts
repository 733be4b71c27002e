import type { Transaction } from '../relational/index.js';
import { encodeVectors } from '../vectors/index.js';
import type { EmbeddedChunk } from './embed.js';
import * as queries from './queries.js';
import type { DocumentSpace } from './types.js';

/** Numbers of vectors a statement carries at once: 1 MiB in binary form. */
const NUMBERS_A_STATEMENT = 131_072;

/** Writes the vectors of the chunks that have some. */
export async function insertVectors(
  tx: Transaction,
  tenantId: string,
  { id: spaceId, dimensions }: DocumentSpace,
  embedded: readonly EmbeddedChunk[],
): Promise<void> {
  const rows = embedded.flatMap(({ chunk, result }) =>
    result.ok ? result.windows.map((vector, window) => ({ chunk, window, vector })) : [],
  );
  const step = Math.max(1, Math.floor(NUMBERS_A_STATEMENT / dimensions));
  for (let at = 0; at < rows.length; at += step) {
    const slice = rows.slice(at, at + step);
    await tx.query(queries.INSERT_VECTORS, [
      tenantId,
      spaceId,
      slice.map(({ chunk }) => chunk.id),
      slice.map(({ window }) => window),
      encodeVectors(slice.map(({ vector }) => vector)),
      dimensions,
    ]);
  }
}

/** A document in the state in which it was seen. */
export interface SeenDocument {
  readonly id: string;
  readonly flag: string;
}

/** Takes the flag from those that have every vector now. Resolves to how many had. */
export async function clearFlags(
  tx: Transaction,
  tenantId: string,
  documents: readonly SeenDocument[],
  spaces: readonly DocumentSpace[],
): Promise<number> {
  if (documents.length === 0) return 0;
  const { rows } = await tx.query<{ cleared: number }>(queries.CLEAR_FLAGS, [
    tenantId,
    JSON.stringify(documents),
    spaces.map(({ id }) => id),
    spaces.map(({ collectionId }) => collectionId),
  ]);
  return rows[0]?.cleared ?? 0;
}

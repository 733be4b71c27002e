import { stage } from '../../relational/copy/index.js';
import type { Transaction } from '../../relational/index.js';
import { passageOf } from '../embed-chunks.js';
import { ALLOCATE_CHUNK_IDS } from '../queries.js';
import type { Place } from '../write.js';
import type { ReadyDocument } from './prepare.js';
import * as queries from './queries.js';
import {
  STAGED_CHUNKS,
  STAGED_DOCUMENTS,
  STAGED_VECTORS,
  type StagedChunk,
  type StagedVector,
} from './staged.js';
import type { LoadDependencies } from './types.js';

/** What a batch will write. */
export interface Batch {
  readonly documents: readonly ReadyDocument[];
  readonly chunks: readonly StagedChunk[];
  readonly vectors: readonly StagedVector[];
}

/** Takes the vectors that are given and has the others made. */
export async function batchOf(
  documents: readonly ReadyDocument[],
  embedder: LoadDependencies['embedder'],
): Promise<Batch> {
  const chunks = documents
    .flatMap(({ id, chunks: own }) => own.map((chunk) => ({ documentId: id, chunk })))
    .map((chunk, at) => ({ ...chunk, at }));
  const missing = chunks.filter(({ chunk }) => !chunk.embedding);
  const made =
    missing.length > 0 ? await embedder.embedPassages(missing.map(({ chunk }) => passageOf(chunk))) : [];
  const windows = new Map(missing.map(({ at }, index) => [at, made[index] ?? []]));
  const vectors = chunks.flatMap(({ at, chunk }) =>
    (chunk.embedding ? [chunk.embedding] : (windows.get(at) ?? [])).map((embedding, window) => ({
      at,
      window,
      embedding,
    })),
  );
  return { documents, chunks, vectors };
}

/** The chunks are numbered only once all is staged: from then on others of this tenant wait. */
export async function writeBatch(tx: Transaction, place: Place, batch: Batch): Promise<void> {
  const documents = await stage(tx, STAGED_DOCUMENTS, batch.documents, 2);
  const chunks = await stage(tx, STAGED_CHUNKS, batch.chunks, 2);
  const vectors = await stage(tx, STAGED_VECTORS, batch.vectors, 3);
  const { rows } = await tx.query<{ first: number }>(ALLOCATE_CHUNK_IDS, [batch.chunks.length]);
  const first = rows[0]?.first;
  const { collectionId, spaceId } = place;
  await Promise.all([
    tx.query(queries.DELETE_REPLACED, [collectionId, batch.documents.map(({ source }) => source)]),
    tx.query(queries.insertDocuments(documents.from), [collectionId, ...documents.values]),
    tx.query(queries.insertChunks(chunks.from), [first, ...chunks.values]),
    tx.query(queries.insertVectors(vectors.from), [first, spaceId, ...vectors.values]),
  ]);
}

import type { EmbeddingModel } from '../embeddings/index.js';
import { AquiferError } from '../errors/index.js';
import type { Row, Transaction } from '../relational/index.js';
import { encodeVectors } from '../vectors/index.js';
import type { ChunkPlan, ContextualChunk, StoredHash } from './chunk-plan.js';
import type { VectorsByHash } from './embed-chunks.js';
import * as queries from './queries.js';
import type { EmbedWhen, Metadata } from './types.js';

/** A document that is ready to be stored. */
export interface PreparedDocument {
  readonly source: string;
  readonly title: string;
  readonly format: string;
  readonly language: string;
  readonly metadata: Metadata;
  readonly content: string;
  readonly sourceHash: string;
  readonly recipeHash: string;
  readonly sourceBytes: number;
  readonly embed: EmbedWhen;
  readonly fileId?: string;
}

/** Rows a statement carries at once, so that a long document does not become one huge parameter. */
const ROWS_A_STATEMENT = 256;
/** Numbers of vectors a statement carries at once: 1 MiB in binary form, some 1.6 MB for a provider that sends text. */
const NUMBERS_A_STATEMENT = 131_072;

/** Where a document's rows go. */
export interface Place {
  readonly collectionId: number;
  /** The space of the model in use. */
  readonly spaceId: number;
}

/** Where documents of a collection go; the default one, and the space of a model, come into being with their first. */
export async function openPlace(
  tx: Transaction,
  collectionId: number | undefined,
  model: EmbeddingModel,
  isSigned: boolean,
): Promise<Place> {
  const id = collectionId ?? (await numberFrom(tx, queries.DEFAULT_COLLECTION, []));
  const space = [model.id, model.dimensions, id, isSigned];
  return { collectionId: id, spaceId: await numberFrom(tx, queries.OPEN_SPACE, space) };
}

async function numberFrom(tx: Transaction, sql: string, params: readonly unknown[]): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(sql, params);
  if (!rows[0]) throw new AquiferError('AQF_INTERNAL', 'A statement that returns an id returned no row.');
  return rows[0].id;
}

/** The stored chunks of a document, which stays as it is until the transaction ends. */
export async function lockStoredHashes(
  tx: Transaction,
  place: Place,
  document: PreparedDocument,
): Promise<StoredHash[]> {
  const { rows } = await tx.query<{ id: string }>(queries.LOCK_DOCUMENT, [
    place.collectionId,
    document.source,
  ]);
  return rows[0] ? listHashes(tx, rows[0].id, place, document) : [];
}

async function listHashes(
  tx: Transaction,
  documentId: string,
  { spaceId }: Place,
  { language, embed }: PreparedDocument,
): Promise<StoredHash[]> {
  const { rows } = await tx.query<StoredHash & Row>(queries.LIST_CHUNK_HASHES, [
    documentId,
    spaceId,
    language,
    embed,
  ]);
  return rows;
}

/** Writes the document and turns its stored chunks into the planned ones. */
export async function writeDocument(
  tx: Transaction,
  place: Place,
  document: PreparedDocument,
  plan: ChunkPlan,
  vectors: VectorsByHash,
): Promise<{ id: string; inserted: boolean }> {
  const stored = await upsertDocument(tx, place, document);
  if (plan.removed.length > 0) await tx.query(queries.DELETE_CHUNKS, [plan.removed]);
  if (plan.kept.length > 0) await tx.query(queries.MOVE_CHUNKS, [JSON.stringify(plan.kept.map(position))]);
  await insertChunks(tx, stored.id, plan.added, vectors, place.spaceId);
  return stored;
}

async function upsertDocument(tx: Transaction, place: Place, document: PreparedDocument) {
  const { rows } = await tx.query<{ id: string; inserted: boolean }>(queries.UPSERT_DOCUMENT, [
    place.collectionId,
    document.source,
    document.title,
    document.format,
    document.language,
    JSON.stringify(document.metadata),
    document.content,
    document.sourceHash,
    document.recipeHash,
    document.sourceBytes,
    document.embed,
    document.fileId ?? null,
  ]);
  const [row] = rows;
  if (!row) throw new AquiferError('AQF_INTERNAL', 'Storing a document returned no row.');
  return row;
}

async function insertChunks(
  tx: Transaction,
  documentId: string,
  chunks: readonly ContextualChunk[],
  vectors: VectorsByHash,
  spaceId: number,
): Promise<void> {
  if (chunks.length === 0) return;
  const { rows } = await tx.query<{ first: number }>(queries.ALLOCATE_CHUNK_IDS, [chunks.length]);
  const first = rows[0]?.first ?? 0;
  const numbered = chunks.map((chunk, index) => ({ ...chunk, id: first + index }));
  for (let at = 0; at < numbered.length; at += ROWS_A_STATEMENT) {
    const slice = numbered.slice(at, at + ROWS_A_STATEMENT);
    await tx.query(queries.INSERT_CHUNKS, [documentId, JSON.stringify(slice)]);
    await insertVectors(tx, slice, vectors, spaceId);
  }
}

async function insertVectors(
  tx: Transaction,
  chunks: readonly { readonly id: number; readonly hash: string }[],
  vectors: VectorsByHash,
  spaceId: number,
): Promise<void> {
  const rows = chunks.flatMap(({ id, hash }) =>
    (vectors.get(hash) ?? []).map((vector, window) => ({ id, window, vector })),
  );
  const dimensions = rows[0]?.vector.length ?? 0;
  const step = Math.max(1, Math.floor(NUMBERS_A_STATEMENT / Math.max(1, dimensions)));
  for (let at = 0; at < rows.length; at += step) {
    const slice = rows.slice(at, at + step);
    await tx.query(queries.INSERT_VECTORS, [
      spaceId,
      slice.map(({ id }) => id),
      slice.map(({ window }) => window),
      encodeVectors(slice.map(({ vector }) => vector)),
      dimensions,
    ]);
  }
}

function position(chunk: ContextualChunk & { readonly id: number }) {
  const { id, ordinal, start, end, page, lastPage, sections } = chunk;
  return { id, ordinal, start, end, page, lastPage, sections };
}

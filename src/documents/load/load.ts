import { AquiferError } from '../../errors/index.js';
import type { Row, TenantContext } from '../../relational/index.js';
import { DEFAULT_COLLECTION } from '../default-collection.js';
import { AUTO } from '../language.js';
import { openPlace } from '../write.js';
import { prepareDocument, type ReadyDocument } from './prepare.js';
import * as queries from './queries.js';
import type { CutDocument, LoadDependencies, LoadOptions, LoadResult } from './types.js';
import { batchOf, writeBatch } from './write-documents.js';

/** Chunks of whole documents that are written in one transaction, at least; a larger document is one of its own. */
const CHUNKS_A_BATCH = 2_000;
const RETRIES = 5;

interface Collection {
  readonly id: number | undefined;
  readonly language: string;
}

/**
 * Loads documents that are cut already, by COPY: read as a stream, no faster than they can be written, some thousand
 * chunks in one transaction, each document whole or not at all. What is stored already is passed over, so that a load
 * that was stopped goes on when it is run again.
 * @throws AQF_COLLECTION_NOT_FOUND, AQF_ARGUMENT_INVALID, AQF_VECTOR_DIMENSIONS
 */
export async function loadDocuments(
  deps: LoadDependencies,
  context: TenantContext,
  documents: Iterable<CutDocument> | AsyncIterable<CutDocument>,
  { signal, onProgress }: LoadOptions = {},
): Promise<LoadResult> {
  const collection = await findCollection(deps, context);
  let result: LoadResult = { stored: 0, unchanged: 0, chunks: 0 };
  for await (const batch of batches(documents)) {
    signal?.throwIfAborted();
    const stored = await loadBatch(deps, context, collection, batch);
    result = {
      stored: result.stored + stored.length,
      unchanged: result.unchanged + batch.length - stored.length,
      chunks: result.chunks + stored.reduce((sum, { chunks }) => sum + chunks.length, 0),
    };
    onProgress?.(result);
  }
  if (result.stored > 0) await deps.onChange?.(context.tenantId);
  return result;
}

async function loadBatch(
  deps: LoadDependencies,
  context: TenantContext,
  collection: Collection,
  given: readonly CutDocument[],
): Promise<readonly ReadyDocument[]> {
  const { relational, embedder } = deps;
  const ready: ReadyDocument[] = [];
  for (const document of given)
    ready.push(await prepareDocument(document, embedder.model, collection.language));
  const changed = await withoutStored(deps, context, collection, ready);
  if (changed.length === 0) return changed;
  const batch = await batchOf(changed, embedder);
  const work = async (tx: Parameters<typeof writeBatch>[0]) => {
    const place = await openPlace(tx, collection.id, embedder.model, relational.kind === 'embedded');
    await writeBatch(tx, place, batch);
  };
  await relational.transaction(context, work, { retries: RETRIES });
  return changed;
}

/** Without those that are stored as they are; of several with one source the last. */
async function withoutStored(
  { relational }: LoadDependencies,
  context: TenantContext,
  collection: Collection,
  ready: readonly ReadyDocument[],
): Promise<readonly ReadyDocument[]> {
  const bySource = new Map(ready.map((document) => [document.source, document]));
  if (collection.id !== undefined) {
    const values = [collection.id, [...bySource.keys()]];
    const { rows } = await relational.query<
      Row & Pick<ReadyDocument, 'source' | 'sourceHash' | 'recipeHash'>
    >(context, { text: queries.LIST_STORED, values });
    for (const { source, sourceHash, recipeHash } of rows) {
      const document = bySource.get(source);
      if (document?.sourceHash === sourceHash && document.recipeHash === recipeHash) bySource.delete(source);
    }
  }
  return [...bySource.values()];
}

async function findCollection(deps: LoadDependencies, context: TenantContext): Promise<Collection> {
  const name = deps.collection ?? DEFAULT_COLLECTION;
  const { rows } = await deps.relational.query<{ id: number; language: string }>(context, {
    text: queries.FIND_COLLECTION,
    values: [name],
  });
  if (rows[0]) return rows[0];
  if (name === DEFAULT_COLLECTION) return { id: undefined, language: AUTO };
  const message = `There is no collection ${JSON.stringify(name)} in this tenant.`;
  throw new AquiferError('AQF_COLLECTION_NOT_FOUND', message);
}

async function* batches(
  documents: Iterable<CutDocument> | AsyncIterable<CutDocument>,
): AsyncGenerator<CutDocument[]> {
  let batch: CutDocument[] = [];
  let chunks = 0;
  for await (const document of documents) {
    batch.push(document);
    chunks += Number(document?.chunks?.length) || 0;
    if (chunks < CHUNKS_A_BATCH) continue;
    yield batch;
    batch = [];
    chunks = 0;
  }
  if (batch.length > 0) yield batch;
}

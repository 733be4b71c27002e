import { AquiferError } from '../../errors/index.js';
import { byDocument, checkedRecord, documentBatches } from '../records/index.js';
import type { UpsertOptions, VectorRecord } from '../store.js';
import type { ChromaCollections } from './collections.js';
import type { ChromaConnection } from './connection.js';
import { failureOf } from './failures.js';
import { encodeContent } from './record-codec.js';
import type { CollectionFacts } from './space-facts.js';
import { encodeVector } from './vector-codec.js';

/** Bytes of one request, roughly; Chroma refuses some 40 MB. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Base64 of a float, for the index and once more where its length is not 1. */
const BYTES_A_DIMENSION = 12;

export interface Writing {
  readonly collections: ChromaCollections;
  readonly connection: ChromaConnection;
  readonly facts: CollectionFacts;
}

/** Whole documents in requests as large as the server takes; one document that is larger still is several requests. */
export async function writeRecords(
  { collections, connection, facts }: Writing,
  records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
  { signal, onProgress }: UpsertOptions,
): Promise<number> {
  const largest = await connection.largestBatch(signal);
  const isFull = (batch: readonly VectorRecord[], next: readonly VectorRecord[]) =>
    batch.length + next.length > largest || bytesOf(batch) + bytesOf(next) > MOST_BYTES;
  const documents = byDocument(records, (record) => checkedRecord(record, facts.space));
  let written = 0;
  for await (const batch of documentBatches(documents, isFull)) {
    for (const part of partsOf(distinct(batch), largest)) await writePart(collections, facts, part, signal);
    written += batch.length;
    onProgress?.(written);
  }
  return written;
}

/** Halves what the server finds too large. */
async function writePart(
  collections: ChromaCollections,
  facts: CollectionFacts,
  part: readonly VectorRecord[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const vectors = part.map(({ embedding }) => encodeVector(embedding, facts.space.metric));
  const request = {
    ids: part.map(({ id }) => id),
    embeddings: vectors.map(({ indexed }) => Array.from(indexed)),
    metadatas: part.map((record, at) => ({ ...encodeContent(record), vector: vectors[at]?.original ?? '' })),
  };
  try {
    await collections.write(facts, (collection) => collection.upsert(request), signal);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const [first] = part;
    if (part.length === 1) {
      const message = `The record ${JSON.stringify(first?.id)} is too large for the Chroma server.`;
      throw new AquiferError('AQF_ARGUMENT_INVALID', message, { cause: error });
    }
    const middle = Math.ceil(part.length / 2);
    await writePart(collections, facts, part.slice(0, middle), signal);
    await writePart(collections, facts, part.slice(middle), signal);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof AquiferError && failureOf(error.cause) === 'too-large';
}

/** Of the same id, the last: Chroma takes each once a request. */
function distinct(batch: readonly VectorRecord[]): VectorRecord[] {
  return [...new Map(batch.map((record) => [record.id, record])).values()];
}

function* partsOf(records: readonly VectorRecord[], largest: number): Generator<VectorRecord[]> {
  let part: VectorRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = bytesOf([record]);
    if (part.length === largest || (part.length > 0 && bytes + more > MOST_BYTES)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(record);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

/** Texts count once as they are and once more for quotes, tokens and numbers. */
function bytesOf(records: readonly VectorRecord[]): number {
  return records.reduce(
    (sum, { text, metadata, embedding }) =>
      sum +
      200 +
      embedding.length * BYTES_A_DIMENSION +
      2 * ((text?.length ?? 0) + 2 * JSON.stringify(metadata).length),
    0,
  );
}

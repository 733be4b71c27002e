import type { VectorRecord } from '../store.js';

/** Records of one document that follow each other, whole; a record without a document is alone. */
export async function* byDocument(
  records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
  check: (record: VectorRecord) => VectorRecord,
): AsyncGenerator<readonly VectorRecord[]> {
  let document: VectorRecord[] = [];
  for await (const given of records) {
    const record = check(given);
    if (document.length > 0 && !isSameDocument(document[0], record)) {
      yield document;
      document = [];
    }
    document.push(record);
  }
  if (document.length > 0) yield document;
}

/** Whole documents, until there are so many records. */
export async function* documentBatches(
  documents: AsyncIterable<readonly VectorRecord[]>,
  isFull: (batch: readonly VectorRecord[], next: readonly VectorRecord[]) => boolean,
): AsyncGenerator<readonly VectorRecord[]> {
  let batch: VectorRecord[] = [];
  for await (const document of documents) {
    if (batch.length > 0 && isFull(batch, document)) {
      yield batch;
      batch = [];
    }
    for (const record of document) batch.push(record);
  }
  if (batch.length > 0) yield batch;
}

function isSameDocument(left: VectorRecord | undefined, right: VectorRecord): boolean {
  return left?.documentId != null && left.documentId === right.documentId;
}

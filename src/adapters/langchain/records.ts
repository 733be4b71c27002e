import { randomUUID } from 'node:crypto';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { AquiferError } from '../../errors/index.js';
import type { VectorHit, VectorRecord } from '../../vectors/store.js';
import { fromStored, toStored } from './metadata.js';

/** A document and the id under which it is written: the one given, its own, or a new one. */
export interface Identified {
  readonly id: string;
  readonly document: DocumentInterface;
}

/** @throws AQF_ARGUMENT_INVALID when there are ids, and not one for each document */
export function identified(
  documents: readonly DocumentInterface[],
  ids: readonly string[] | undefined,
): Identified[] {
  if (ids && ids.length !== documents.length) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `There are ${documents.length} documents and ${ids.length} ids; each document needs its own.`,
    );
  }
  return documents.map((document, index) => ({ id: ids?.[index] ?? document.id ?? randomUUID(), document }));
}

/** @param documentKey the metadata key that names the document which a passage is from */
export function toRecord(
  { id, document }: Identified,
  vector: readonly number[],
  documentKey: string | undefined,
): VectorRecord {
  const source: unknown = documentKey === undefined ? undefined : document.metadata[documentKey];
  return {
    id,
    documentId: typeof source === 'string' || typeof source === 'number' ? String(source) : null,
    text: document.pageContent,
    metadata: toStored(document.metadata),
    embedding: Float32Array.from(vector),
  };
}

export function toDocument({ id, text, metadata }: VectorHit): Document {
  return new Document({ id, pageContent: text ?? '', metadata: fromStored(metadata) });
}

import { AquiferError } from '../../errors/index.js';
import type { VectorMetadata, VectorRecord } from '../store.js';
import { documentToken, numbersOf, tokensOf } from './tokens.js';

type Stored = Record<string, string | number | string[]>;

/** What a record carries beside its vector. */
export type Content = Omit<VectorRecord, 'embedding' | 'id'>;

/**
 * Chroma's metadata of a record: `record`, all of it as JSON, and `tokens` and numbers that filters are mapped to.
 * Upserts of Chroma merge metadata, so a key must always be written (`record`, `tokens`, `vector`), or may be stale without harm
 * (numbers count only with the token of their type). Texts lie here rather than in Chroma's documents, whose full-text
 * index no call uses and makes writes twice as slow.
 */
export function encodeContent({ documentId, text, metadata }: Content): Stored {
  const ofDocument = documentId === null ? [] : [documentToken(documentId)];
  return {
    ...numbersOf(metadata),
    record: JSON.stringify([documentId, text, metadata]),
    // A list must not be empty: the key would keep what it had.
    tokens: ['*', ...ofDocument, ...tokensOf(metadata)],
  };
}

/** @throws AQF_VECTORS_UNAVAILABLE when something else wrote it */
export function decodeContent(
  id: string,
  stored: Readonly<Record<string, unknown>> | null | undefined,
): Content {
  const record: unknown = typeof stored?.record === 'string' ? JSON.parse(stored.record) : undefined;
  if (!Array.isArray(record) || record.length !== 3) {
    throw new AquiferError(
      'AQF_VECTORS_UNAVAILABLE',
      'A collection of Chroma holds a record of another writer.',
      {
        facts: { id },
        hint: 'Collections of Aquifer are written by Aquifer alone: remove that record, or restore the collection.',
      },
    );
  }
  const [documentId, text, metadata] = record as [string | null, string | null, VectorMetadata];
  return { documentId, text, metadata };
}

import { storable } from '../../relational/index.js';
import type { VectorMetadata, VectorQuery, VectorRecord, VectorSpace } from '../store.js';
import { invalid, isPlain, wrongDimensions } from './check-space.js';

const LONGEST_ID_BYTES = 512;
const LONGEST_DOCUMENT_ID_BYTES = 2048;
const LONGEST_KEY = 128;

/**
 * A record as a store keeps it: what no database can hold is left out of texts and metadata, as filters leave it out.
 * @throws AQF_ARGUMENT_INVALID for what is no record, AQF_VECTOR_DIMENSIONS
 */
export function checkedRecord(record: VectorRecord, space: VectorSpace): VectorRecord {
  if (typeof record !== 'object' || record === null) throw invalid('A vector record must be an object');
  const { id, documentId = null, text = null, metadata = {}, embedding } = record;
  checkId(id);
  if (documentId !== null)
    checkText(documentId, 'The documentId of a vector record', LONGEST_DOCUMENT_ID_BYTES);
  if (text !== null && typeof text !== 'string')
    throw invalid('The text of a vector record must be a text or null');
  checkEmbedding(embedding, space);
  return {
    id,
    documentId,
    text: text === null ? null : storable(text),
    metadata: checkedMetadata(metadata),
    embedding,
  };
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkId(id: unknown): void {
  checkText(id, 'The id of a vector record', LONGEST_ID_BYTES);
}

/** @throws AQF_ARGUMENT_INVALID, AQF_VECTOR_DIMENSIONS */
export function checkEmbedding(embedding: unknown, space: VectorSpace): void {
  if (!(embedding instanceof Float32Array)) throw invalid('An embedding must be a Float32Array');
  if (embedding.length !== space.dimensions) throw wrongDimensions(space, embedding.length);
  let largest = 0;
  for (const value of embedding) {
    if (!Number.isFinite(value)) throw invalid('An embedding must hold finite numbers only');
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 && space.metric === 'cosine') {
    throw invalid('An embedding of zeros has no direction, and so no cosine');
  }
}

/** @throws AQF_ARGUMENT_INVALID, AQF_VECTOR_DIMENSIONS */
export function checkQuery(space: VectorSpace, embedding: Float32Array, { topK, recall }: VectorQuery): void {
  if (!Number.isInteger(topK) || topK < 1 || topK > 1000) {
    throw invalid('topK must be a whole number from 1 to 1000');
  }
  if (recall !== undefined && !(recall > 0 && recall <= 1)) {
    throw invalid('recall must be a number above 0, and at most 1');
  }
  checkEmbedding(embedding, space);
}

function checkText(text: unknown, what: string, longest: number): void {
  if (typeof text !== 'string' || text === '' || !isPlain(text) || Buffer.byteLength(text) > longest) {
    throw invalid(`${what} must be a text of 1 to ${longest} bytes without NUL and broken characters`);
  }
}

function checkedMetadata(metadata: VectorMetadata): VectorMetadata {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw invalid('The metadata of a vector record must be an object');
  }
  return Object.fromEntries(
    Object.entries(metadata).map(([written, value]) => {
      const key = storable(written);
      if (key === '' || key.length > LONGEST_KEY || key === '__proto__') {
        throw invalid(
          `A key of metadata must be a text of 1 to ${LONGEST_KEY} characters, and not __proto__`,
        );
      }
      return [key, checkedValue(value)];
    }),
  );
}

function checkedValue(value: unknown): VectorMetadata[string] {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value) && value.every((element) => typeof element === 'string'))
    return value.map(storable<string>);
  throw invalid('Metadata holds texts, finite numbers, booleans, null and lists of texts');
}

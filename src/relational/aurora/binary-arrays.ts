import { AquiferError } from '../../errors/index.js';

const HEADER_BYTES = 12;
const DIMENSION_BYTES = 8;

/** How an element of a type of fixed length is read, by object identifier (pg_type.dat). */
const READERS: Readonly<Record<number, (bytes: DataView, at: number) => string>> = {
  20: (bytes, at) => String(bytes.getBigInt64(at)),
  21: (bytes, at) => String(bytes.getInt16(at)),
  23: (bytes, at) => String(bytes.getInt32(at)),
  // Nine digits give the same single-precision number again.
  700: (bytes, at) => bytes.getFloat32(at).toPrecision(9),
  701: (bytes, at) => String(bytes.getFloat64(at)),
};

/**
 * An array of numbers in PostgreSQL's binary form (src/backend/utils/adt/arrayfuncs.c, array_recv) as an array
 * literal: the Data API takes no binary parameters.
 * @throws AQF_NOT_SUPPORTED for other elements and more than one dimension
 */
export function arrayLiteral(value: Uint8Array): string {
  const bytes = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const dimensions = bytes.byteLength < HEADER_BYTES ? -1 : bytes.getInt32(0);
  if (dimensions === 0) return '{}';
  const read = dimensions === 1 ? READERS[bytes.getInt32(8)] : undefined;
  if (!read) throw unsupported();
  const elements: string[] = [];
  for (let at = HEADER_BYTES + DIMENSION_BYTES; at < bytes.byteLength; ) {
    const length = bytes.getInt32(at);
    elements.push(length < 0 ? 'NULL' : read(bytes, at + 4));
    at += 4 + Math.max(length, 0);
  }
  return `{${elements.join(',')}}`;
}

function unsupported(): AquiferError {
  const message = 'The Data API takes bytes for bytea, and arrays of numbers in binary form; nothing else.';
  return new AquiferError('AQF_NOT_SUPPORTED', message);
}

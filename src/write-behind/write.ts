import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';

const MOST_KEY_BYTES = 1024;
const MOST_VALUE_BYTES = 1_048_576;

/** One put on its way into the journal. */
export interface Write {
  readonly key: string;
  /** The value as JSON. */
  readonly json: string;
  readonly actorId: string | undefined;
}

/** @throws AQF_ARGUMENT_INVALID for a key that the journal cannot hold */
export function checkKey(key: unknown): string {
  const bytes = typeof key === 'string' ? Buffer.byteLength(key) : 0;
  if (bytes >= 1 && bytes <= MOST_KEY_BYTES && storable(key) === key) return key as string;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `A key must be text of 1 to ${MOST_KEY_BYTES} bytes without a NUL.`,
  );
}

const MOST_KEYS = 10_000;

/** @throws AQF_ARGUMENT_INVALID */
export function checkKeys(keys: unknown): string[] {
  if (Array.isArray(keys) && keys.length <= MOST_KEYS) return keys.map(checkKey);
  throw new AquiferError('AQF_ARGUMENT_INVALID', `Keys are an array of at most ${MOST_KEYS}.`);
}

/** @throws AQF_ARGUMENT_INVALID for what JSON cannot say, or not in 1 MiB */
export function toJson(value: unknown): string {
  const json = stringified(value);
  if (json !== undefined && Buffer.byteLength(json) <= MOST_VALUE_BYTES) return json;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'A value must be what JSON can say in 1 MiB.');
}

function stringified(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

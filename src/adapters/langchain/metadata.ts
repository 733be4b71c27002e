import type { VectorMetadata } from '../../vectors/store.js';

/** LangChain's metadata are any JSON. What a store cannot filter by lies under this key, as JSON. */
const NESTED = 'langchain:nested';

/** Metadata of a LangChain document as a store keeps it: texts, numbers, booleans, null and lists of texts by themselves. */
export function toStored(metadata: Readonly<Record<string, unknown>>): VectorMetadata {
  const entries = Object.entries(metadata).filter(([, value]) => value !== undefined);
  const nested = entries.filter(([, value]) => !isFlat(value));
  const flat = entries.filter(([, value]) => isFlat(value)) as [string, VectorMetadata[string]][];
  if (nested.length > 0) flat.push([NESTED, JSON.stringify(Object.fromEntries(nested))]);
  return Object.fromEntries(flat);
}

export function fromStored(stored: VectorMetadata): Record<string, unknown> {
  const { [NESTED]: nested, ...flat } = stored;
  return typeof nested === 'string' ? { ...flat, ...JSON.parse(nested) } : flat;
}

function isFlat(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'string');
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

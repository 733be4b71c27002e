import { randomUUID } from 'node:crypto';
import type { TenantContext } from '../../relational/index.js';
import { tenantContext } from '../../tenancy/index.js';
import type { VectorMetadata, VectorRecord, VectorSpace, VectorStore } from '../store.js';

export interface VectorStoreFixture {
  /** The store under test; each call opens another on the same data, as another process would. */
  readonly open: () => Promise<VectorStore>;
  /** A store whose server cannot be reached; left out where there is no such thing. */
  readonly openUnavailable?: () => Promise<VectorStore>;
  /**
   * How far a component of a stored vector may be from the one that was given, relative to it: 2^-11 for half
   * precision. @default 0
   */
  readonly precision?: number;
}

/** What tests of the suite work with. */
export interface Opened {
  readonly store: VectorStore;
  readonly other: VectorStore;
  readonly precision: number;
  /** A tenant that nothing else uses; everything of it is removed at the end. */
  tenant(name?: string): TenantContext;
}

export const MODEL = 'test:model';
export const DIMENSIONS = 4;

/** Exact in half precision, and so in every store. */
export const AXES: readonly (readonly number[])[] = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];

export function space(changes: Partial<VectorSpace> = {}): VectorSpace {
  return { name: 'notes', model: MODEL, dimensions: DIMENSIONS, metric: 'cosine', ...changes };
}

export function record(
  id: string,
  changes: Partial<VectorRecord> & { readonly at?: readonly number[] } = {},
): VectorRecord {
  const { at = [1, 0, 0, 0], ...rest } = changes;
  return { id, documentId: null, text: null, metadata: {}, embedding: Float32Array.from(at), ...rest };
}

/** One record for each metadata, with ids `0000`, `0001` … on a quarter circle, the first nearest to the x axis. */
export function recordsWith(metadatas: readonly VectorMetadata[]): VectorRecord[] {
  return metadatas.map((metadata, index) => {
    const angle = (index / metadatas.length) * (Math.PI / 2);
    return record(String(index).padStart(4, '0'), { metadata, at: [Math.cos(angle), Math.sin(angle), 0, 0] });
  });
}

export const X_AXIS = Float32Array.from([1, 0, 0, 0]);

/** Remembers tenants, to remove them. */
export class Tenants {
  readonly #contexts: TenantContext[] = [];

  tenant(name: string = randomUUID()): TenantContext {
    // Hostile names are refused by a scope already; a store must stand them all the same.
    const context = { ...tenantContext({ tenantId: 'test' }), tenantId: name };
    this.#contexts.push(context);
    return context;
  }

  async removeAll(store: VectorStore): Promise<void> {
    for (const context of this.#contexts) await store.deleteTenant(context).catch(() => undefined);
  }
}

export async function scanned(
  store: VectorStore,
  context: TenantContext,
  of: VectorSpace,
  options?: { readonly after?: string; readonly batch?: number },
): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  for await (const batch of store.scan(context, of, options)) records.push(...batch);
  return records;
}

export async function idsIn(store: VectorStore, context: TenantContext, of: VectorSpace): Promise<string[]> {
  return (await scanned(store, context, of)).map(({ id }) => id);
}

/** Numbers between 0 and 1 that are the same in every run. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function randomVector(dimensions: number, next: () => number): Float32Array {
  return Float32Array.from({ length: dimensions }, () => next() * 2 - 1);
}

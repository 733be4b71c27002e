import type { TenantContext } from '../../relational/index.js';
import type { VectorRecord, VectorSpace, VectorStore } from '../store.js';

/** One space of one tenant in one store. */
export interface Side {
  readonly store: VectorStore;
  readonly context: TenantContext;
  readonly space: VectorSpace;
}

/** Records one at a time in the order of their ids; the next batch is read when the last is used up. */
export async function* recordsOf(
  { store, context, space }: Side,
  { batch, after }: { readonly batch: number; readonly after?: string | undefined },
): AsyncGenerator<VectorRecord> {
  for await (const records of store.scan(context, space, { batch, ...(after !== undefined && { after }) })) {
    yield* records;
  }
}

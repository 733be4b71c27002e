import type { TenantContext } from '../../relational/index.js';
import { byDocument, documentBatches } from '../records/index.js';
import type { UpsertOptions, VectorRecord, VectorSelection, VectorSpace, VectorStore } from '../store.js';

const BATCH = 500;

/** A write that the primary has and the secondary has not. */
export interface MissedWrite {
  readonly operation: 'upsert' | 'delete' | 'deleteTenant';
  readonly context: TenantContext;
  readonly space: VectorSpace | undefined;
  /** Of what was to be written; empty for deletes. */
  readonly ids: readonly string[];
  readonly error: unknown;
}

export interface DualWriteOptions {
  /** Told of each write that the secondary missed. The migration's verification finds and repairs them. */
  readonly onMissed: (missed: MissedWrite) => void;
}

/**
 * Reads from the first store and writes to both, for the time in which vectors move. What the first has not taken is not
 * written to the second; what the second does not take is told, and fails nobody.
 */
export function dualWriteStore(
  primary: VectorStore,
  secondary: VectorStore,
  { onMissed }: DualWriteOptions,
): VectorStore {
  const follow = async (write: () => Promise<unknown>, missed: Omit<MissedWrite, 'error'>): Promise<void> => {
    try {
      await write();
    } catch (error) {
      onMissed({ ...missed, error });
    }
  };
  return {
    kind: primary.kind,
    upsert: async (context, space, records, options = {}) => {
      let written = 0;
      for await (const batch of batchesOf(records)) {
        const { signal, onProgress } = options satisfies UpsertOptions;
        await primary.upsert(context, space, batch, { ...(signal && { signal }) });
        const ids = batch.map(({ id }) => id);
        await follow(() => secondary.upsert(context, space, batch), {
          operation: 'upsert',
          context,
          space,
          ids,
        });
        written += batch.length;
        onProgress?.(written);
      }
      return written;
    },
    delete: async (context, space, which: VectorSelection) => {
      const removed = await primary.delete(context, space, which);
      await follow(() => secondary.delete(context, space, which), {
        operation: 'delete',
        context,
        space,
        ids: [],
      });
      return removed;
    },
    deleteTenant: async (context) => {
      await primary.deleteTenant(context);
      const missed = { operation: 'deleteTenant', context, space: undefined, ids: [] } as const;
      await follow(() => secondary.deleteTenant(context), missed);
    },
    query: (...args) => primary.query(...args),
    get: (...args) => primary.get(...args),
    count: (...args) => primary.count(...args),
    stats: (...args) => primary.stats(...args),
    scan: (...args) => primary.scan(...args),
    spaces: (...args) => primary.spaces(...args),
    isAvailable: () => primary.isAvailable(),
    close: async () => void (await Promise.all([primary.close(), secondary.close()])),
  };
}

/** Whole documents, so that each store keeps its promise for them. */
function batchesOf(
  records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
): AsyncGenerator<readonly VectorRecord[]> {
  const documents = byDocument(records, (record) => record);
  return documentBatches(documents, (batch, next) => batch.length + next.length > BATCH);
}

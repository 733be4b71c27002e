import { stage } from '../../relational/copy/index.js';
import type { RelationalProvider, TenantContext, Transaction } from '../../relational/index.js';
import { byDocument, checkedRecord, documentBatches } from '../records/index.js';
import type { UpsertOptions, VectorRecord, VectorSpace } from '../store.js';
import * as queries from './queries.js';
import { STAGED_RECORDS, stagedRecords } from './staged-record.js';

/** What a batch holds in memory, at most, unless one document alone is larger. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** Beside the vector. */
const TYPICAL_ROW_BYTES = 600;
const RETRIES = 5;

/**
 * Writes the records as a stream: while one batch is written the next one is read, sent and staged, on a second
 * connection where there is one. Batches are committed in their order. Resolves to how many records were written.
 */
export async function writeRecords(
  provider: RelationalProvider,
  context: TenantContext,
  space: VectorSpace,
  records: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
  { signal, onProgress }: UpsertOptions,
): Promise<number> {
  const most = Math.ceil(BATCH_BYTES / (TYPICAL_ROW_BYTES + 4 * space.dimensions));
  const documents = byDocument(records, (record) => checkedRecord(record, space));
  const batches = documentBatches(documents, (batch, next) => batch.length + next.length > most);
  return inTurns(batches, async (batch, written, before) => {
    signal?.throwIfAborted();
    await provider.transaction(context, (tx) => writeBatch(tx, space, batch, before), { retries: RETRIES });
    onProgress?.(written + batch.length);
  });
}

type Work = (batch: readonly VectorRecord[], writtenBefore: number, before: Promise<void>) => Promise<void>;

/** Two at a time; each is given the promise of the one before it. Waits for all that began, also when one fails. */
async function inTurns(batches: AsyncIterable<readonly VectorRecord[]>, work: Work): Promise<number> {
  let written = 0;
  let last = Promise.resolve();
  try {
    for await (const batch of batches) {
      const before = last;
      last = work(batch, written, before);
      last.catch(() => undefined); // it is awaited when its turn comes
      await before;
      written += batch.length;
    }
  } finally {
    await last.catch(() => undefined);
  }
  await last;
  return written;
}

async function writeBatch(
  tx: Transaction,
  space: VectorSpace,
  batch: readonly VectorRecord[],
  before: Promise<void>,
): Promise<void> {
  const rows = stagedRecords(batch);
  const { name, model, dimensions, metric } = space;
  const staged = await stage(tx, STAGED_RECORDS, rows, 3);
  await before;
  const opened = await tx.query<{ id: number }>(queries.OPEN_SPACE, [name, model, dimensions, metric]);
  const allocated = await tx.query<{ first: number }>(queries.ALLOCATE, [rows.length]);
  const place = [opened.rows[0]?.id, allocated.rows[0]?.first];
  await Promise.all([
    tx.query(queries.DELETE_REPLACED, [place[0], rows.map(({ record }) => record.id)]),
    tx.query(queries.insertRecords(staged.from), [...place, ...staged.values]),
    tx.query(queries.insertVectors(staged.from), [...place, ...staged.values]),
  ]);
}

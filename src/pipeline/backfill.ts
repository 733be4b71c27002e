import type { Row, Transaction } from '../relational/index.js';
import { type Errand, vectorsFor } from './batch.js';
import type { EmbeddedChunk } from './embed.js';
import { type FailedDocument, judge, recordFailures } from './failures.js';
import type { Step } from './flagged.js';
import * as queries from './queries.js';
import { insertVectors, type SeenDocument } from './store.js';
import {
  type MissingChunk,
  type PipelineDependencies,
  type PipelineOptions,
  type ServedSpace,
  SYSTEM,
} from './types.js';

/** Chunks that a look takes in; most of them may have their vectors already. */
const CHUNKS_A_LOOK = 4;

/**
 * One batch for a space that follows: the chunks behind the last that it has come to. Documents that fail become flagged
 * ones, which are tried again, and it goes on behind them.
 */
export async function followChunks(
  { relational }: PipelineDependencies,
  options: Required<PipelineOptions>,
  spaces: readonly ServedSpace[],
  errand: Errand,
): Promise<Step> {
  for (const space of spaces) {
    if (space.doneTo === null) continue;
    const following = await relational.query<MissingChunk & Row & { isMissing: boolean }>(SYSTEM, {
      text: queries.FOLLOWING_CHUNKS,
      values: [errand.tenantId, space.collectionId, space.id, space.doneTo, options.batch * CHUNKS_A_LOOK],
    });
    if (following.rows.length === 0) continue;
    const chunks = following.rows.filter(({ isMissing }) => isMissing).slice(0, options.batch);
    const isAll = chunks.length === following.rows.filter(({ isMissing }) => isMissing).length;
    const last = (isAll ? following.rows.at(-1)?.id : chunks.at(-1)?.id) ?? space.doneTo;
    const embedded = await vectorsFor(relational, space, chunks, errand, options);
    const { failed, waitMs } = judge(embedded, options);
    await relational.transaction(SYSTEM, async (tx) => {
      await insertVectors(tx, errand.tenantId, space, embedded);
      if (waitMs === undefined) await flagFailed(tx, errand.tenantId, failed);
      const doneTo = waitMs === undefined ? last : firstFailure(embedded, last);
      await tx.query(queries.ADVANCE_BACKFILL, [errand.tenantId, space.id, doneTo]);
    });
    return { worked: true, waitMs };
  }
  return { worked: false };
}

/** Where a provider is to be waited for, nothing is passed over. */
function firstFailure(embedded: readonly EmbeddedChunk[], last: number): number {
  const failed = embedded.filter(({ result }) => !result.ok).map(({ chunk }) => chunk.id - 1);
  return Math.min(last, ...failed);
}

async function flagFailed(
  tx: Transaction,
  tenantId: string,
  failed: readonly FailedDocument[],
): Promise<void> {
  if (failed.length === 0) return;
  const ids = failed.map(({ id }) => id);
  const { rows } = await tx.query<SeenDocument & Row>(queries.FLAG_DOCUMENTS, [tenantId, ids]);
  const flags = new Map(rows.map(({ id, flag }) => [id, flag]));
  const nowFlagged = failed.map((document) => ({
    ...document,
    flag: flags.get(document.id) ?? document.flag,
  }));
  await recordFailures(
    tx,
    tenantId,
    nowFlagged.filter(({ flag }) => flag !== ''),
  );
}

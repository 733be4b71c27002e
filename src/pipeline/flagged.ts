import type { Row } from '../relational/index.js';
import { type Errand, nextMissing, vectorsFor } from './batch.js';
import { judge, recordFailures } from './failures.js';
import * as queries from './queries.js';
import { clearFlags, insertVectors, type SeenDocument } from './store.js';
import {
  type MissingChunk,
  type PipelineDependencies,
  type PipelineOptions,
  type ServedSpace,
  SYSTEM,
} from './types.js';

/** Whether there was something to do, and for how long the tenant is to be left alone after it. */
export interface Step {
  readonly worked: boolean;
  readonly waitMs?: number | undefined;
}

const NOTHING: Step = { worked: false };

/** One batch of what flagged documents lack: vectors, flags and failures are stored together. */
export async function embedFlagged(
  { relational }: PipelineDependencies,
  options: Required<PipelineOptions>,
  spaces: readonly ServedSpace[],
  errand: Errand,
): Promise<Step> {
  for (const space of spaces) {
    const chunks = await nextMissing(relational, errand.tenantId, space, options.batch);
    if (chunks.length === 0) continue;
    const embedded = await vectorsFor(relational, space, chunks, errand, options);
    const { failed, waitMs } = judge(embedded, options);
    await relational.transaction(SYSTEM, async (tx) => {
      await insertVectors(tx, errand.tenantId, space, embedded);
      await recordFailures(tx, errand.tenantId, failed);
      await clearFlags(tx, errand.tenantId, seenDocuments(chunks), spaces);
    });
    return { worked: true, waitMs };
  }
  return clearComplete({ relational }, spaces, errand.tenantId);
}

/** Documents that were flagged and lack nothing: their chunks went, or kept their vectors. */
async function clearComplete(
  { relational }: Pick<PipelineDependencies, 'relational'>,
  spaces: readonly ServedSpace[],
  tenantId: string,
): Promise<Step> {
  const collections = [
    ...new Set(spaces.filter(({ state }) => state === 'active').map(({ collectionId }) => collectionId)),
  ];
  if (collections.length === 0) return NOTHING;
  const { rows } = await relational.query<SeenDocument & Row>(SYSTEM, {
    text: queries.COMPLETE_DOCUMENTS,
    values: [
      tenantId,
      collections,
      spaces.map(({ id }) => id),
      spaces.map(({ collectionId }) => collectionId),
    ],
  });
  if (rows.length === 0) return NOTHING;
  const cleared = await relational.transaction(SYSTEM, (tx) => clearFlags(tx, tenantId, rows, spaces));
  return { worked: cleared > 0 };
}

function seenDocuments(chunks: readonly MissingChunk[]): SeenDocument[] {
  return [...new Map(chunks.map(({ documentId: id, flag }) => [id, { id, flag: flag ?? '' }])).values()];
}

import { isAquiferError } from '../errors/index.js';
import type { TurnOutcome } from '../jobs/index.js';
import { followChunks } from './backfill.js';
import type { Errand } from './batch.js';
import { embedFlagged, type Step } from './flagged.js';
import * as queries from './queries.js';
import { servedSpaces } from './spaces.js';
import { type PipelineDependencies, type PipelineOptions, SYSTEM } from './types.js';

/** Milliseconds until a tenant is looked at again that another process is at work for. */
const BUSY_WAIT_MS = 1000;
const SHORTEST_WAIT_MS = 50;

/**
 * A turn of a tenant: batch after batch until there is nothing more to do or the time is over. Whatever the queue says,
 * one process at a time works for a tenant.
 */
export async function takeTurn(
  deps: PipelineDependencies,
  options: Required<PipelineOptions>,
  tenantId: string,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  let outcome: TurnOutcome = { waitMs: BUSY_WAIT_MS };
  await deps.relational.exclusively(`embed ${tenantId}`, async (lost) => {
    outcome = await work(deps, options, { tenantId, signal: AbortSignal.any([signal, lost]) });
  });
  return outcome;
}

async function work(
  deps: PipelineDependencies,
  options: Required<PipelineOptions>,
  errand: Errand,
): Promise<TurnOutcome> {
  const end = performance.now() + options.turnMs;
  try {
    await rechunk(deps, errand);
    // At least one step, or a turn that is slow to begin would never come to anything.
    do {
      errand.signal.throwIfAborted();
      const { worked, waitMs } = await step(deps, options, errand);
      if (waitMs !== undefined) return { waitMs: Math.max(waitMs, SHORTEST_WAIT_MS) };
      if (!worked) return untilNextRetry(deps, errand.tenantId);
    } while (performance.now() < end);
    return 'more';
  } catch (error) {
    // It was to stop: the tenant's work is where it was.
    if (errand.signal.aborted || isAquiferError(error, 'AQF_LAYER_CLOSED')) return 'more';
    throw error;
  }
}

/** What is searched comes before what only follows. */
async function step(
  deps: PipelineDependencies,
  options: Required<PipelineOptions>,
  errand: Errand,
): Promise<Step> {
  const spaces = await servedSpaces(deps, errand.tenantId);
  const flagged = await embedFlagged(deps, options, spaces, errand);
  return flagged.worked ? flagged : followChunks(deps, options, spaces, errand);
}

async function rechunk({ relational, rechunk: cut }: PipelineDependencies, { tenantId, signal }: Errand) {
  const { rows } = await relational.query<{ id: string }>(SYSTEM, {
    text: queries.UNCUT_DOCUMENTS,
    values: [tenantId],
  });
  for (const { id } of rows) if (!signal.aborted) await cut(tenantId, id);
}

async function untilNextRetry({ relational }: PipelineDependencies, tenantId: string): Promise<TurnOutcome> {
  const { rows } = await relational.query<{ waitMs: number | null }>(SYSTEM, {
    text: queries.NEXT_RETRY,
    values: [tenantId],
  });
  const waitMs = rows[0]?.waitMs ?? null;
  return waitMs === null ? 'done' : { waitMs: Math.max(waitMs, SHORTEST_WAIT_MS) };
}

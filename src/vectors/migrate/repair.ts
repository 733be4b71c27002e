import { digestOf, type Precision } from './digest.js';
import type { Side } from './side.js';

const BATCH = 500;

/**
 * Brings records of the target to what the source holds of them now, which may be more recent than what was compared.
 * Resolves to how many had to be written or, where the source has them no more, removed.
 */
export async function repairRecords(
  from: Side,
  to: Side,
  ids: readonly string[],
  precision: Precision,
): Promise<number> {
  let repaired = 0;
  for (let at = 0; at < ids.length; at += BATCH) {
    repaired += await repairBatch(from, to, ids.slice(at, at + BATCH), precision);
  }
  return repaired;
}

async function repairBatch(
  from: Side,
  to: Side,
  ids: readonly string[],
  precision: Precision,
): Promise<number> {
  const [wanted, held] = await Promise.all([
    from.store.get(from.context, from.space, ids),
    to.store.get(to.context, to.space, ids),
  ]);
  const holds = new Map(held.map((record) => [record.id, digestOf(record, precision)]));
  const wrong = wanted.filter((record) => !holds.get(record.id)?.equals(digestOf(record, precision)));
  const stays = new Set(wanted.map(({ id }) => id));
  const gone = held.map(({ id }) => id).filter((id) => !stays.has(id));
  if (wrong.length > 0) await to.store.upsert(to.context, to.space, wrong);
  if (gone.length > 0) await to.store.delete(to.context, to.space, { ids: gone });
  return wrong.length + gone.length;
}

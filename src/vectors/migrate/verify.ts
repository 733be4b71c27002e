import { AquiferError } from '../../errors/index.js';
import { type Comparison, compareSpaces } from './compare.js';
import type { Precision } from './digest.js';
import { NeighbourSample, sampleOf } from './neighbours.js';
import { repairRecords } from './repair.js';
import type { Side } from './side.js';

/** What writes beside the migration may still change while it is compared. */
const ROUNDS = 3;
const NAMED = 5;

export interface Verification {
  readonly count: { readonly from: number; readonly to: number };
  /** Over id, document, text, metadata and vector of every record, whatever their order. */
  readonly checksum: { readonly from: string; readonly to: string };
  readonly precision: Precision;
  /** Records that differed after copying and were brought to what the source holds. */
  readonly repaired: number;
  readonly neighbours: {
    readonly sampled: number;
    /** Samples whose ten nearest, computed from all vectors, are the same in both stores and in the same order. */
    readonly identical: number;
    /** The share of them that each store's own search finds. */
    readonly recall: { readonly from: number; readonly to: number };
  };
}

export interface Verifying {
  readonly from: Side;
  readonly to: Side;
  readonly precision: Precision;
  readonly batch: number;
  /** What is done with records that only the target has. */
  readonly extra: 'refuse' | 'delete';
  readonly samples: number;
  readonly signal?: AbortSignal | undefined;
  readonly onCompared?: (compared: number) => void;
}

/** @throws AQF_VECTOR_MIGRATION_FAILED with what differs */
export async function verifySpace(verifying: Verifying): Promise<Verification> {
  const { from, to, precision, extra } = verifying;
  const vectors = await sampleOf(from, verifying.samples, precision);
  let repaired = 0;
  for (let round = 1; ; round++) {
    const samples = {
      from: new NeighbourSample(from, vectors, precision),
      to: new NeighbourSample(to, vectors, precision),
    };
    const comparison = await compareSpaces({ ...verifying, samples });
    const wrong = [...comparison.differing, ...comparison.extra];
    if (wrong.length === 0) return summary(verifying, comparison, samples, vectors.length, repaired);
    if (comparison.extra.length > 0 && extra === 'refuse') throw hasExtra(to, comparison.extra);
    if (round === ROUNDS) throw differs(to, comparison);
    repaired += await repairRecords(from, to, wrong, precision);
  }
}

async function summary(
  { from, to, precision }: Verifying,
  comparison: Comparison,
  samples: { readonly from: NeighbourSample; readonly to: NeighbourSample },
  sampled: number,
  repaired: number,
): Promise<Verification> {
  const [left, right] = [samples.from.lists(), samples.to.lists()];
  const identical = left.filter((list, at) => idsOf(list) === idsOf(right[at] ?? [])).length;
  const recall = { from: await samples.from.recall(from), to: await samples.to.recall(to) };
  return {
    count: { from: comparison.from.count, to: comparison.to.count },
    checksum: { from: comparison.from.toString(), to: comparison.to.toString() },
    precision,
    repaired,
    neighbours: { sampled, identical, recall },
  };
}

function idsOf(list: readonly { readonly id: string }[]): string {
  return JSON.stringify(list.map(({ id }) => id));
}

function hasExtra({ space }: Side, ids: readonly string[]): AquiferError {
  const message = `The target holds ${ids.length} records in ${space.name} that the source does not have, such as ${named(ids)}.`;
  return new AquiferError('AQF_VECTOR_MIGRATION_FAILED', message, {
    facts: { space: space.name, model: space.model, extra: ids.length },
    hint: 'Migrate to an empty space, or have them deleted: extra "delete", --delete-extra.',
  });
}

function differs({ space }: Side, { from, to, differing }: Comparison): AquiferError {
  const message = `${space.name} differs after ${ROUNDS} rounds of repair: ${from.count} records in the source, ${to.count} in the target, ${differing.length} unlike, such as ${named(differing)}.`;
  return new AquiferError('AQF_VECTOR_MIGRATION_FAILED', message, {
    facts: { space: space.name, model: space.model, differing: differing.length },
    hint: 'If the source is being written to, write to both stores meanwhile, or stop writing; then run it again.',
  });
}

function named(ids: readonly string[]): string {
  return ids
    .slice(0, NAMED)
    .map((id) => JSON.stringify(id.slice(0, 64)))
    .join(', ');
}

import { compareCodePoints } from '../records/index.js';
import type { VectorRecord } from '../store.js';
import { Checksum, digestOf, type Precision } from './digest.js';
import type { NeighbourSample } from './neighbours.js';
import { recordsOf, type Side } from './side.js';

export interface Comparison {
  readonly from: Checksum;
  readonly to: Checksum;
  /** Ids that the target lacks, or holds otherwise. */
  readonly differing: readonly string[];
  /** Ids that only the target has. */
  readonly extra: readonly string[];
}

export interface Comparing {
  readonly from: Side;
  readonly to: Side;
  readonly precision: Precision;
  readonly batch: number;
  readonly samples?: { readonly from: NeighbourSample; readonly to: NeighbourSample } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onCompared?: (compared: number) => void;
}

/** Goes through both stores side by side, in the order of ids: every record of either is seen. */
export async function compareSpaces(comparing: Comparing): Promise<Comparison> {
  const { from, to, precision, batch, samples, signal, onCompared } = comparing;
  const result = {
    from: new Checksum(),
    to: new Checksum(),
    differing: [] as string[],
    extra: [] as string[],
  };
  const seen = { from: counted(result.from, samples?.from), to: counted(result.to, samples?.to) };
  for await (const [left, right] of paired(recordsOf(from, { batch }), recordsOf(to, { batch }))) {
    signal?.throwIfAborted();
    const leftDigest = left && seen.from(left, digestOf(left, precision));
    const rightDigest = right && seen.to(right, digestOf(right, precision));
    if (left && !(leftDigest && rightDigest?.equals(leftDigest))) result.differing.push(left.id);
    if (right && !left) result.extra.push(right.id);
    if (result.from.count % batch === 0) onCompared?.(result.from.count);
  }
  onCompared?.(result.from.count);
  return result;
}

function counted(checksum: Checksum, sample: NeighbourSample | undefined) {
  return (record: VectorRecord, digest: Buffer): Buffer => {
    checksum.add(digest);
    sample?.add(record);
    return digest;
  };
}

type Pair = readonly [left: VectorRecord | undefined, right: VectorRecord | undefined];

/** Records of the same id together, others alone. */
async function* paired(
  lefts: AsyncGenerator<VectorRecord>,
  rights: AsyncGenerator<VectorRecord>,
): AsyncGenerator<Pair> {
  let [left, right] = await Promise.all([next(lefts), next(rights)]);
  while (left || right) {
    const order = orderOf(left, right);
    yield [order <= 0 ? left : undefined, order >= 0 ? right : undefined];
    if (order <= 0) left = await next(lefts);
    if (order >= 0) right = await next(rights);
  }
}

function orderOf(left: VectorRecord | undefined, right: VectorRecord | undefined): number {
  if (!left) return 1;
  return right ? compareCodePoints(left.id, right.id) : -1;
}

async function next(records: AsyncGenerator<VectorRecord>): Promise<VectorRecord | undefined> {
  const { value, done } = await records.next();
  return done ? undefined : value;
}

import type { TenantContext } from '../../relational/index.js';
import type { VectorSpace, VectorStore } from '../store.js';
import { copySpace } from './copy.js';
import type { Precision } from './digest.js';
import { type MigrationJournal, memoryJournal } from './journal.js';
import type { Side } from './side.js';
import { type Verification, verifySpace } from './verify.js';

export interface MigrationProgress {
  readonly tenantId: string;
  readonly space: VectorSpace;
  readonly phase: 'copying' | 'verifying';
  readonly done: number;
  /** As counted at the start; writes meanwhile change it. */
  readonly total: number;
}

export interface MigrationOptions {
  readonly from: VectorStore;
  readonly to: VectorStore;
  /** The tenants whose vectors are migrated. */
  readonly contexts: readonly TenantContext[];
  /** Some spaces only. @default all that the source has of a tenant */
  readonly spaces?: (space: VectorSpace) => boolean;
  /** Where it is remembered how far it came. @default in memory: a killed migration begins at the start */
  readonly journal?: MigrationJournal;
  /** Tells what would be copied, and writes nothing. @default 'migrate' */
  readonly mode?: 'migrate' | 'dry-run';
  /** Records read and written at once. @default 500 */
  readonly batch?: number;
  /** @default 'half' where one of the stores is pgvector, whose vectors have half precision; otherwise 'single' */
  readonly precision?: Precision;
  /** What is done with records that only the target has. @default 'refuse' */
  readonly extra?: 'refuse' | 'delete';
  /** Vectors whose nearest neighbours are compared. @default 20 */
  readonly samples?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MigrationProgress) => void;
}

/** What became of one space of one tenant. */
export interface SpaceMigration {
  readonly tenantId: string;
  readonly space: VectorSpace;
  /** Records in the source, and in the target, before anything was copied. */
  readonly before: { readonly from: number; readonly to: number };
  /** By this run; 0 in a dry run. */
  readonly copied: number;
  /** The id after which an earlier run was taken up. */
  readonly resumedAfter: string | undefined;
  /** Undefined in a dry run. */
  readonly verification: Verification | undefined;
}

/**
 * Copies vectors of one store to another, and proves that both hold the same. It may be ended at any time and run again:
 * with the same journal it goes on where it was. Where writes go on meanwhile, they go to both (`dualWriteStore`).
 * @throws AQF_VECTOR_MIGRATION_FAILED with what differs; what the stores throw
 */
export async function migrateVectors(options: MigrationOptions): Promise<SpaceMigration[]> {
  const done: SpaceMigration[] = [];
  for (const context of options.contexts) {
    const spaces = (await options.from.spaces(context)).filter(options.spaces ?? (() => true));
    for (const space of spaces) done.push(await migrateSpace(options, context, space));
  }
  return done;
}

async function migrateSpace(
  options: MigrationOptions,
  context: TenantContext,
  space: VectorSpace,
): Promise<SpaceMigration> {
  const { signal, mode = 'migrate' } = options;
  const [from, to] = [options.from, options.to].map((store): Side => ({ store, context, space })) as [
    Side,
    Side,
  ];
  const before = { from: await counted(from), to: await counted(to) };
  const named = { tenantId: context.tenantId, space, before };
  if (mode === 'dry-run') return { ...named, copied: 0, resumedAfter: undefined, verification: undefined };

  const { journal = memoryJournal(), batch = 500, extra = 'refuse', samples = 20 } = options;
  const key = journalKey(options, context, space);
  const tell = (phase: MigrationProgress['phase']) => (count: number) =>
    options.onProgress?.({ tenantId: context.tenantId, space, phase, done: count, total: before.from });
  const copy = await copySpace({ from, to, journal, key, batch, signal, onCopied: tell('copying') });
  const precision = options.precision ?? commonPrecision(options);
  const verification = await verifySpace({
    from,
    to,
    precision,
    batch,
    extra,
    samples,
    signal,
    onCompared: tell('verifying'),
  });
  await journal.clear(key);
  return { ...named, ...copy, verification };
}

function counted({ store, context, space }: Side): Promise<number> {
  return store.count(context, space);
}

function journalKey(
  { from, to }: MigrationOptions,
  { tenantId }: TenantContext,
  { name, model }: VectorSpace,
): string {
  return JSON.stringify([from.kind, to.kind, tenantId, name, model]);
}

function commonPrecision({ from, to }: MigrationOptions): Precision {
  return from.kind === 'pgvector' || to.kind === 'pgvector' ? 'half' : 'single';
}

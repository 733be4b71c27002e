import { setTimeout as wait } from 'node:timers/promises';
import { AquiferError } from '../../errors/index.js';
import { OWNER, type RelationalProvider, type TenantContext } from '../../relational/index.js';
import { checkSpace, invalid } from '../records/index.js';
import type { VectorSpace } from '../store.js';
import { estimateIndex, type IndexEstimate } from './estimate-index.js';
import { checkIndexOptions, createIndex, type IndexOptions, indexName } from './index-definition.js';

export interface BuildOptions extends IndexOptions {
  /** The most memory that the build may take, bytes. @default 1 GiB */
  readonly memoryBytes?: number;
  /** Processes that help, besides the first. @default 1 */
  readonly workers?: number;
  /** Heard about twice a second, on servers. */
  readonly onProgress?: (progress: BuildProgress) => void;
}

export interface BuildProgress {
  /** PostgreSQL's word, such as `building index: loading tuples`. */
  readonly phase: string;
  /** Vectors in the index so far, and in all. */
  readonly done: number;
  readonly total: number;
}

export interface BuiltIndex {
  readonly name: string;
  readonly vectors: number;
  /** Milliseconds. */
  readonly duration: number;
  /** On disk. */
  readonly bytes: number;
  readonly estimate: IndexEstimate;
  /** Whether the graph fitted into the memory that the build was given. */
  readonly fitted: boolean;
}

const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;
const LOOK_EVERY_MS = 500;

/**
 * Gives a space an HNSW index of its own, or a new one; for when much was loaded: building it afterwards takes a
 * fraction of the time that keeping it takes. Searches and writes go on meanwhile; searches are exact until it is there.
 * @throws AQF_ARGUMENT_INVALID where there is no such space, or another build of it is under way; AQF_QUERY_FAILED
 */
export async function buildIndex(
  provider: RelationalProvider,
  context: TenantContext,
  space: VectorSpace,
  options: BuildOptions = {},
): Promise<BuiltIndex> {
  checkIndexOptions(options);
  const { id, vectors } = await stateOf(provider, context, checkSpace(space));
  return buildIndexOf(provider, context, { ...space, id, vectors }, options);
}

/** A space as the database has it. */
export interface IndexedSpace extends Pick<VectorSpace, 'dimensions' | 'metric'> {
  readonly id: number;
  readonly vectors: number;
}

/** The same for any space of the tenant, those of collections among them. */
export async function buildIndexOf(
  provider: RelationalProvider,
  context: TenantContext,
  space: IndexedSpace,
  options: BuildOptions = {},
): Promise<BuiltIndex> {
  const built: { index?: BuiltIndex } = {};
  const ran = await provider.exclusively(`vector index ${space.id}`, async () => {
    built.index = await build(provider, context, space, options);
  });
  if (!ran || !built.index) throw invalid('Another build of this index is under way');
  return built.index;
}

async function build(
  provider: RelationalProvider,
  context: TenantContext,
  space: IndexedSpace,
  options: BuildOptions,
): Promise<BuiltIndex> {
  const { id, vectors } = space;
  const table = await tableOf(provider, context, id);
  const { memoryBytes = GIGABYTE, over = 'halfvec' } = options;
  const estimate = estimateIndex({ vectors, dimensions: space.dimensions, ...options });
  const memory = Math.min(memoryBytes, Math.max(estimate.memoryBytes * 1.2, 64 * MEGABYTE));
  const started = performance.now();
  await setState(provider, context, id, 'building');
  const watch = new AbortController();
  const watched = watchBuild(provider, id, vectors, watch.signal, options.onProgress);
  try {
    await create(provider, table, id, space, options, memory);
    await setState(provider, context, id, over === 'bits' ? 'ready-bits' : 'ready');
  } catch (error) {
    await setState(provider, context, id, 'none').catch(() => undefined);
    throw error;
  } finally {
    watch.abort();
    await watched;
  }
  return {
    name: indexName(id),
    vectors,
    duration: performance.now() - started,
    bytes: await sizeOf(provider, id),
    estimate,
    fitted: estimate.memoryBytes <= memory,
  };
}

/** An index that an earlier build left unfinished, or that has other settings, goes first. */
async function create(
  provider: RelationalProvider,
  table: string,
  id: number,
  space: IndexedSpace,
  options: BuildOptions,
  memory: number,
): Promise<void> {
  if (!provider.maintain) {
    throw new AquiferError(
      'AQF_QUERY_FAILED',
      'This database has no sessions, in which an index can be built online.',
    );
  }
  await provider.maintain(async (execute) => {
    await execute(`set maintenance_work_mem = ${Math.ceil(memory / 1024)}`);
    await execute(`set max_parallel_maintenance_workers = ${Math.trunc(options.workers ?? 1)}`);
    const drop = `drop index concurrently if exists aquifer.${indexName(id)}`;
    await execute(drop);
    await execute(createIndex(table, id, space, options)).catch(async (error: unknown) => {
      await execute(drop).catch(() => undefined);
      throw error;
    });
  });
}

async function stateOf(provider: RelationalProvider, context: TenantContext, space: VectorSpace) {
  const { rows } = await provider.query<{ id: number; vectors: number }>(context, {
    text: `select id, vectors::float8 as vectors from aquifer.vector_spaces
           where tenant_id = (select aquifer.current_tenant()) and id = aquifer.record_space($1, $2, $3, $4)`,
    values: [space.name, space.model, space.dimensions, space.metric],
  });
  if (!rows[0]) throw invalid(`There is no space ${space.name} of ${space.model}`);
  return rows[0];
}

/** Where the vectors are spread over partitions, a tenant's are in one of them (aquifer.partition_vectors). */
async function tableOf(provider: RelationalProvider, context: TenantContext, id: number): Promise<string> {
  const text = `select tableoid::regclass::text as name from aquifer.vectors
                where tenant_id = (select aquifer.current_tenant()) and space_id = $1 limit 1`;
  const { rows } = await provider.query<{ name: string }>(context, { text, values: [id] });
  if (!rows[0]) throw invalid('A space without vectors needs no index');
  return rows[0].name;
}

async function setState(provider: RelationalProvider, context: TenantContext, id: number, state: string) {
  // What was measured was measured on the index before.
  const text = `update aquifer.vector_spaces set index_state = $2, tuned = '{}', measured = '{}'
                where tenant_id = (select aquifer.current_tenant()) and id = $1`;
  await provider.query(context, { text, values: [id, state] });
}

async function sizeOf(provider: RelationalProvider, id: number): Promise<number> {
  const text = 'select pg_relation_size($1::regclass)::float8 as bytes';
  const { rows } = await provider.query<{ bytes: number }>(OWNER, {
    text,
    values: [`aquifer.${indexName(id)}`],
  });
  return rows[0]?.bytes ?? 0;
}

const PROGRESS = `
  select p.phase, p.tuples_done::float8 as done
  from pg_stat_progress_create_index p join pg_class c on c.oid = p.index_relid where c.relname = $1`;

/** Never rejects: what is told on the way is no part of the work. */
async function watchBuild(
  provider: RelationalProvider,
  id: number,
  total: number,
  signal: AbortSignal,
  onProgress: BuildOptions['onProgress'],
): Promise<void> {
  // The embedded database has one session, which builds.
  if (!onProgress || provider.kind === 'embedded') return;
  while (!signal.aborted) {
    const looked = provider.query<{ phase: string; done: number }>(OWNER, {
      text: PROGRESS,
      values: [indexName(id)],
    });
    const row = (await looked.catch(() => undefined))?.rows[0];
    if (row) onProgress({ ...row, total });
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

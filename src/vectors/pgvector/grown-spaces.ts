import { messageOf } from '../../errors/index.js';
import { OWNER, type RelationalProvider, type Row, type SystemContext } from '../../relational/index.js';
import { buildIndexOf, type IndexedSpace } from './build-index.js';

/** Below this, reading every vector is as fast as an index and misses none. */
const GROWN = 5_000;
const SYSTEM: SystemContext = { kind: 'system', reason: 'vector indexes' };

interface GrownSpace extends Row, IndexedSpace {
  readonly tenantId: string;
}

const GROWN_SPACES = `
  select tenant_id as "tenantId", id, dimensions, metric, vectors::float8 as vectors
  from aquifer.vector_spaces where index_state = 'none' and vectors >= $1 order by vectors desc`;

/** Indexes of spaces that are gone. */
const ORPHANS = `
  select c.oid::regclass::text as name from pg_class c
  where c.relkind in ('i', 'I') and c.relnamespace = 'aquifer'::regnamespace and c.relname ~ '^vectors_space_[0-9]+$'
    and not exists (select from aquifer.vector_spaces s where s.id = substring(c.relname from '[0-9]+$')::integer)`;

/** What became of the indexes of one round. */
export interface IndexRound {
  readonly built: number;
  readonly dropped: number;
  readonly problems: readonly { readonly tenantId: string; readonly problem: string }[];
}

/**
 * Gives every space that has grown an index of its own, one after the other, online; drops those of spaces that are gone.
 * On the embedded database nothing is built: it would stand still for minutes, and scans signs instead.
 */
export async function indexGrownSpaces(provider: RelationalProvider, from = GROWN): Promise<IndexRound> {
  if (provider.kind !== 'postgres' || !provider.maintain) return { built: 0, dropped: 0, problems: [] };
  const { rows: spaces } = await provider.query<GrownSpace>(SYSTEM, { text: GROWN_SPACES, values: [from] });
  const problems: { tenantId: string; problem: string }[] = [];
  for (const { tenantId, ...space } of spaces) {
    await buildIndexOf(provider, { kind: 'tenant', tenantId }, space).catch((error: unknown) =>
      problems.push({ tenantId, problem: messageOf(error) }),
    );
  }
  return { built: spaces.length - problems.length, dropped: await dropOrphans(provider), problems };
}

/** Looked for as the system, which sees the spaces of all tenants; dropped as the owner. */
async function dropOrphans(provider: RelationalProvider): Promise<number> {
  const { rows } = await provider.query<{ name: string }>(SYSTEM, { text: ORPHANS });
  for (const { name } of rows) await provider.query(OWNER, { text: `drop index if exists ${name}` });
  return rows.length;
}

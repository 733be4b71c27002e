import type { RelationalProvider, Row, SystemContext } from '../../relational/index.js';

/** The vectors of collections of one name and model, over all tenants. */
export interface CollectionFigures {
  /** Of a program's own records, the name of their space. */
  readonly collection: string;
  readonly model: string;
  readonly vectors: number;
  /** Of their rows, without indexes. */
  readonly bytes: number;
  /** Spaces with an index of their own. */
  readonly indexed: number;
}

const SYSTEM: SystemContext = { kind: 'system', reason: 'metrics of vectors' };
const FIGURES = `
  select coalesce(c.name, s.name) as collection, s.model, sum(s.vectors)::float8 as vectors,
         sum(s.vectors * (2 * s.dimensions + 64))::float8 as bytes,
         (count(*) filter (where s.index_state like 'ready%'))::integer as indexed
  from aquifer.vector_spaces s left join aquifer.collections c on c.tenant_id = s.tenant_id and c.id = s.collection_id
  group by 1, 2 order by 1, 2`;

export async function collectionFigures(provider: RelationalProvider): Promise<CollectionFigures[]> {
  return (await provider.query<CollectionFigures & Row>(SYSTEM, { text: FIGURES })).rows;
}

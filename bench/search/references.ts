import { OWNER, type RelationalProvider, type Row, type TenantContext } from '../../src/relational/index.js';
import { encodeVector } from '../../src/vectors/index.js';
import { LIMIT, TENANT } from './settings.js';

/** A chunk that a search answered with. */
export interface FoundChunk {
  readonly documentId: string;
  readonly ordinal: number;
}

/** The same chunks as one writes full-text search by hand: a tsvector column, a GIN index, a tenant column. */
const REFERENCE_TABLE = [
  `create table public.reference_passages as
   select tenant_id, id as chunk_id, to_tsvector('aquifer.english', context || E'\\n' || content) as terms
   from aquifer.chunks`,
  'create index on public.reference_passages using gin (terms)',
  'create index on public.reference_passages (tenant_id)',
  'grant select on public.reference_passages to aquifer_app',
  'analyze public.reference_passages',
];

/** The question with OR between its words. */
const ANY_WORD = `
  select coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery as query
  from unnest(to_tsvector('aquifer.english', $1))`;

const SHOWN = `
  select c.document_id as "documentId", c.ordinal, c.content,
         ts_headline('aquifer.english', c.content, query, 'MaxFragments=2, MinWords=12, MaxWords=32') as headline
  from best join aquifer.chunks c on c.tenant_id = aquifer.current_tenant() and c.id = best.chunk_id
  cross join question order by best.score desc, c.id`;

/** $1 question */
const FULL_TEXT = `
  with question as materialized (${ANY_WORD}),
  best as (
    select chunk_id, ts_rank_cd(terms, query) as score
    from question join public.reference_passages on terms @@ query
    where tenant_id = '${TENANT}'
    order by score desc, chunk_id limit ${LIMIT}
  ) ${SHOWN}`;

/** $1 question, $2 vector, $3 model */
const EXACT_SCAN = `
  with question as materialized (${ANY_WORD}),
  best as (
    select v.item_id as chunk_id, max(-(v.embedding <#> $2::real[]::halfvec)) as score
    from aquifer.vectors v
    join aquifer.vector_spaces s on s.tenant_id = v.tenant_id and s.id = v.space_id
    where v.tenant_id = '${TENANT}' and s.model = $3
    group by 1 order by score desc, chunk_id limit ${LIMIT}
  ) ${SHOWN}`;

export async function createReferenceTable(relational: RelationalProvider): Promise<void> {
  await relational.transaction(OWNER, async (tx) => {
    for (const statement of REFERENCE_TABLE) await tx.query(statement);
  });
}

/** Searches as they are written by hand, through the same provider and in the same kind of transaction. */
export class ReferenceSearch {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext = { kind: 'tenant', tenantId: TENANT };

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  fullText(question: string): Promise<FoundChunk[]> {
    return this.#query(FULL_TEXT, [question]);
  }

  exactScan(question: string, vector: Float32Array, model: string): Promise<FoundChunk[]> {
    return this.#query(EXACT_SCAN, [question, encodeVector(vector), model]);
  }

  async #query(sql: string, params: readonly unknown[]): Promise<FoundChunk[]> {
    const { rows } = await this.#relational.transaction(this.#context, (tx) =>
      tx.query<FoundChunk & Row>(sql, params),
    );
    return rows;
  }
}

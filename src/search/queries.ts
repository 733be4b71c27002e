import { FRAGMENT_DELIMITER } from './snippet.js';

/** The statements of search. All run under row-level security; the tenant comes from the scope. */

/** Holds for chunks of documents that match the metadata filter in a parameter, for all when it is null. */
function filteredBy(parameter: string): string {
  return `(${parameter}::jsonb is null or chunk_id in (
    select c.id from aquifer.chunks c
    join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
    where c.tenant_id = (select aquifer.current_tenant()) and aquifer.metadata_matches(d.metadata, ${parameter}::jsonb)))`;
}

/**
 * BM25 (Robertson & Zaragoza 2009, eq. 3.15; idf as in Lucene, never negative) over postings and pending
 * entries. OR semantics; a term that the question repeats counts as often as it occurs.
 * $1 question, $2 limit, $3 k1, $4 b, $5 metadata filter or null
 */
export const LEXICAL_LEG = `
  with corpus as materialized (
    select entries::float8 as entries, total_length / greatest(entries, 1)::float8 as mean_length, folded_to
    from aquifer.lexical_statistics where tenant_id = (select aquifer.current_tenant())
  ),
  terms as materialized (
    select lexeme, cardinality(positions)::float8 as weight from unnest(to_tsvector('aquifer.english', $1))
  ),
  folded as materialized (
    select lexeme, posting.chunk_ids, posting.frequencies, posting.lengths
    from terms join aquifer.lexical_postings posting using (lexeme)
    where posting.tenant_id = (select aquifer.current_tenant())
  ),
  pending as materialized (
    select lexeme, entry.chunk_id, cardinality(found.positions)::float8 as frequency, entry.length
    from corpus
    join aquifer.lexical_entries entry
      on entry.tenant_id = (select aquifer.current_tenant()) and entry.chunk_id > corpus.folded_to
    cross join lateral unnest(entry.lexemes) as found
    join terms using (lexeme)
  ),
  weights as materialized (
    select lexeme, weight * ln(1 + (entries - holders + 0.5) / (holders + 0.5)) as weight
    from corpus cross join (
      select lexeme, sum(holders)::float8 as holders
      from (
        select lexeme, cardinality(chunk_ids) as holders from folded
        union all
        select lexeme, 1 from pending
      ) as held group by lexeme
    ) as document_frequency
    join terms using (lexeme)
  ),
  occurrences as (
    select lexeme, item.chunk_id, item.frequency::float8, item.length
    from folded cross join lateral unnest(chunk_ids, frequencies, lengths) as item (chunk_id, frequency, length)
    union all
    select lexeme, chunk_id, frequency, length from pending
  )
  select chunk_id as "chunkId",
         sum(weight * frequency * ($3::float8 + 1)
             / (frequency + $3::float8 * (1 - $4::float8 + $4::float8 * length / mean_length))) as score
  from occurrences join weights using (lexeme) cross join corpus
  where ${filteredBy('$5')}
  group by chunk_id
  order by score desc, chunk_id
  limit $2`;

/**
 * Similarity of the best window of each chunk.
 * $1 vector, $2 model, $3 limit, $4 metadata filter or null
 */
export const SEMANTIC_LEG = `
  select n.item_id as "chunkId", -n.distance as score
  from aquifer.vector_spaces s
  cross join lateral aquifer.nearest(s.id, $1::real[]::halfvec, $3, 0.98, case when $4::jsonb is null then null else array(
    select c.id from aquifer.chunks c
    join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
    where c.tenant_id = (select aquifer.current_tenant()) and aquifer.metadata_matches(d.metadata, $4::jsonb)) end) n
  where s.tenant_id = (select aquifer.current_tenant()) and s.collection_id is not null and s.model = $2
  order by score desc, 1
  limit $3`;

/** The same for given chunks, whatever their rank. $1 vector, $2 model, $3 chunk ids */
export const SIMILARITIES = `
  select v.item_id as "chunkId", max(-(v.embedding <#> $1::real[]::halfvec)) as score
  from aquifer.vector_spaces s
  join aquifer.vectors v on v.tenant_id = s.tenant_id and v.space_id = s.id and v.item_id = any ($3::integer[])
  where s.tenant_id = (select aquifer.current_tenant()) and s.collection_id is not null and s.model = $2
  group by 1`;

/** What a result shows. $1 chunk ids, $2 question, $3 whether to make headlines; marks are wrapped in U+FDD0 and U+FDD1. */
export const PRESENT_CHUNKS = `
  select c.id as "chunkId", d.id as "documentId", d.source, d.title, d.metadata,
         c.ordinal, c.start_offset as start, c.end_offset as "end", c.content, c.sections,
         case when $3 then ts_headline('aquifer.english', c.content, question.terms,
           'MaxFragments=2, MinWords=15, MaxWords=45, FragmentDelimiter="${FRAGMENT_DELIMITER}", StartSel="\ufdd0", StopSel="\ufdd1"'
         ) else '' end as headline
  from aquifer.chunks c
  join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
  cross join (
    select coalesce(string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | '), '')::tsquery as terms
    from unnest(to_tsvector('aquifer.english', $2))
  ) as question
  where c.tenant_id = (select aquifer.current_tenant()) and c.id = any ($1::integer[])`;

-- Every answer tells how the nearest were found: which widths an index needs is measured on the questions it answers.

-- Ranks the chunks of the tenant's documents. Besides what rank_items takes: collections, filter (canonical), limit,
-- perDocument, recency { halfLifeDays, weight }, snippets, neighbours, vectors, facets, explain.
create or replace function aquifer.search(request jsonb, target halfvec) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, aquifer, public, pg_temp set jit = off set max_parallel_workers_per_gather = 0
  as $$
declare
  began timestamptz := clock_timestamp();
  tenant text := aquifer.current_tenant();
  collections integer[] := aquifer.searched_collections(nullif(request -> 'collections', 'null'));
  is_filtered boolean := jsonb_typeof(request -> 'filter') = 'object';
  candidates integer[];
  ranked aquifer.ranking;
  half_life float8 := (request -> 'recency' ->> 'halfLifeDays')::float8;
  recency float8 := (request -> 'recency' ->> 'weight')::float8;
  hits jsonb;
  answer jsonb;
  times jsonb := '{}';
begin
  if is_filtered then
    candidates := aquifer.filtered_chunks(collections, request -> 'filter');
    times := jsonb_build_object('filter', aquifer.milliseconds_since(began));
  end if;
  ranked := aquifer.rank_items(collections, request, target, candidates);
  began := clock_timestamp();
  select jsonb_agg(aquifer.presented_chunk(h.id, request)
                   || jsonb_build_object('score', h.score, 'lexical', h.lexical, 'semantic', h.semantic)
                   order by h.score desc, h.id)
  into hits
  from (
    select g.* from (
      select r.id, r.lexical, r.semantic,
             r.score * case when half_life is null then 1 else
               1 - recency + recency * power(0.5, extract(epoch from now() - d.updated_at) / 86400 / half_life) end as score,
             row_number() over (partition by c.document_id order by r.score desc, r.id) as place
      from unnest(ranked.item_ids, ranked.scores, ranked.lexical, ranked.semantic) as r (id, score, lexical, semantic)
      join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id
      join aquifer.documents d on d.tenant_id = tenant and d.id = c.document_id and d.collection_id = any (collections)
      where candidates is null or r.id = any (candidates)
    ) g
    where g.place <= coalesce((request ->> 'perDocument')::integer, g.place)
    order by g.score desc, g.id
    limit (request ->> 'limit')::integer
  ) h;
  answer := jsonb_build_object('hits', coalesce(hits, '[]'), 'candidates', cardinality(candidates),
    'spaces', coalesce(nullif(ranked.explained -> 'spaces', 'null'), '[]'),
    'models', (select coalesce(jsonb_agg(distinct s.model), '[]') from aquifer.vector_spaces s
               where s.tenant_id = tenant and s.collection_id = any (collections) and s.state = 'active' and s.vectors > 0));
  if jsonb_typeof(request -> 'facets') = 'array' then
    answer := answer || jsonb_build_object('facets', aquifer.facet_counts(
      array(select distinct c.document_id from unnest(ranked.item_ids) as r (id)
            join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id), request -> 'facets'));
  end if;
  answer := answer || jsonb_build_object('milliseconds', times || (ranked.explained -> 'milliseconds')
    || jsonb_build_object('present', aquifer.milliseconds_since(began)));
  if (request ->> 'explain')::boolean then
    answer := answer || jsonb_build_object('explain', (ranked.explained - 'milliseconds') || jsonb_build_object(
      'terms', case when request ->> 'mode' = 'semantic' then '[]'::jsonb
                    else aquifer.explained_terms(collections, request) end));
  end if;
  return answer;
end $$;

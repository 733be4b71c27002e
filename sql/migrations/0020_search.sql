-- Search: one function, one round trip. It runs as a role that sees every tenant and reads the tenant from the
-- transaction itself: row-level security would set indexes aside. Its request is data; nothing of it becomes a statement.

create function aquifer.similarity_of(metric text, distance float8) returns float8
  language sql immutable parallel safe
  return case metric when 'cosine' then 1 - distance when 'inner' then -distance else 1 / (1 + distance) end;

create function aquifer.milliseconds_since(start timestamptz) returns float8
  language sql volatile
  return round(extract(epoch from clock_timestamp() - start)::numeric * 1000, 3)::float8;

-- What a ranking found, best first: arrays of one length, and how it went.
create type aquifer.ranking as (item_ids integer[], scores float8[], lexical float8[], semantic float8[], explained jsonb);

-- The question as a model puts it: `target` is that of the request's `model`, `others` has those of further models.
create function aquifer.question_vector(request jsonb, target halfvec, model text) returns halfvec
  language sql stable
  return case when model = request ->> 'model' then target else (request -> 'others' ->> model)::halfvec end;

-- The nearest in the active spaces of several collections, as far as the question has a vector of their models.
create function aquifer.semantic_leg(collections integer[], request jsonb, target halfvec, candidates integer[],
                                     out item_ids integer[], out scores float8[], out explained jsonb)
  language plpgsql volatile
  as $$
declare
  space aquifer.vector_spaces;
  way aquifer.vector_route;
  question halfvec;
  depth integer := (request ->> 'depth')::integer;
begin
  item_ids := '{}';
  scores := '{}';
  explained := '[]';
  for space in
    select * from aquifer.vector_spaces s
    where s.tenant_id = aquifer.current_tenant() and s.collection_id = any (collections)
      and s.state = 'active' and s.vectors > 0
  loop
    question := aquifer.question_vector(request, target, space.model);
    continue when question is null;
    if vector_dims(question) <> space.dimensions then
      raise exception 'a vector of % dimensions was asked of the space % of % with %',
        vector_dims(question), space.name, space.model, space.dimensions using errcode = 'AQ020';
    end if;
    way := aquifer.route_nearest(space, depth, (request ->> 'recall')::float8, cardinality(candidates));
    select item_ids || coalesce(array_agg(n.item_id), '{}'),
           scores || coalesce(array_agg(aquifer.similarity_of(space.metric, n.distance)), '{}')
    into item_ids, scores
    from aquifer.nearest_by(way, space, question, depth, candidates) n;
    explained := explained || jsonb_build_object('space', space.id, 'collection', space.collection_id,
                                                 'model', space.model, 'route', way.route,
                                                 'efSearch', way.ef, 'vectors', way.vectors);
  end loop;
end $$;

-- The similarity of given items, whatever their rank.
create function aquifer.similarities(collections integer[], request jsonb, target halfvec, items integer[])
  returns table (item_id integer, similarity float8)
  language plpgsql stable
  set plan_cache_mode = force_generic_plan
  as $$
begin
  return query
  select v.item_id, max(case s.metric when 'inner' then -(v.embedding <#> q.vector) when 'cosine' then 1 - (v.embedding <=> q.vector)
                        else 1 / (1 + (v.embedding <-> q.vector)) end)
  from aquifer.vector_spaces s
  cross join lateral (select aquifer.question_vector(request, target, s.model) as vector) q
  cross join lateral (
    select x.item_id, x.embedding from aquifer.vectors x
    where x.tenant_id = s.tenant_id and x.space_id = s.id and x.item_id = any (items) offset 0
  ) v
  where s.tenant_id = aquifer.current_tenant() and s.collection_id = any (collections)
    and s.state = 'active' and q.vector is not null
  group by 1;
end $$;

-- Ranks items for a question. Of the request: question, mode, depth, model, others, languages, k1, b, weight, low, high (the cosines
-- between which a model tells things apart), fusion ('convex' | 'rrf'), recall, prefix, fuzzy. An item that one leg found
-- is judged by both.
create function aquifer.rank_items(collections integer[], request jsonb, target halfvec, candidates integer[])
  returns aquifer.ranking
  language plpgsql volatile
  as $$
declare
  began timestamptz := clock_timestamp();
  mode text := request ->> 'mode';
  depth integer := (request ->> 'depth')::integer;
  weight float8 := (request ->> 'weight')::float8;
  low float8 := coalesce((request ->> 'low')::float8, 0);
  high float8 := coalesce((request ->> 'high')::float8, 1);
  word_items integer[] := '{}';
  word_scores float8[] := '{}';
  near_items integer[] := '{}';
  near_scores float8[] := '{}';
  missing integer[];
  times jsonb := '{}';
  spaces jsonb;
  result aquifer.ranking;
begin
  if mode <> 'semantic' then
    select coalesce(array_agg(l.item_id order by l.score desc, l.item_id), '{}'),
           coalesce(array_agg(l.score order by l.score desc, l.item_id), '{}')
    into word_items, word_scores
    from aquifer.lexical_leg(
      collections,
      case when jsonb_typeof(request -> 'languages') = 'array'
        then array(select jsonb_array_elements_text(request -> 'languages')) end,
      request ->> 'question', depth, (request ->> 'k1')::float8, (request ->> 'b')::float8, candidates,
      coalesce((request ->> 'prefix')::boolean, false), coalesce((request ->> 'fuzzy')::boolean, false)) l;
    times := jsonb_build_object('lexical', aquifer.milliseconds_since(began));
    began := clock_timestamp();
  end if;
  if mode <> 'lexical' then
    select s.item_ids, s.scores, s.explained into near_items, near_scores, spaces
    from aquifer.semantic_leg(collections, request, target, candidates) s;
    if mode = 'hybrid' and cardinality(word_items) > 0 then
      missing := array(select unnest(word_items) except select unnest(near_items));
      select near_items || coalesce(array_agg(s.item_id), '{}'), near_scores || coalesce(array_agg(s.similarity), '{}')
      into near_items, near_scores
      from aquifer.similarities(collections, request, target, missing) s;
    end if;
    times := times || jsonb_build_object('semantic', aquifer.milliseconds_since(began));
    began := clock_timestamp();
  end if;

  -- Convex combination (Bruch, Gai & Ingber 2023): BM25 over its maximum for the question, and the cosine over the range
  -- that its model uses. Stretching the cosines of each question instead lets a model shout where it knows nothing.
  with words as (
    select w.id, w.score, row_number() over (order by w.score desc, w.id) as place
    from unnest(word_items, word_scores) as w (id, score)
  ),
  near as (
    select n.id, n.score, row_number() over (order by n.score desc, n.id) as place
    from unnest(near_items, near_scores) as n (id, score)
  ),
  fused as (
    select coalesce(w.id, n.id) as id, w.score as lexical, n.score as semantic,
           case
             when mode = 'lexical' then w.score
             when mode = 'semantic' then n.score
             when request ->> 'fusion' = 'rrf' then coalesce(1 / (60.0 + w.place), 0) + coalesce(1 / (60.0 + n.place), 0)
             else coalesce(w.score / nullif(max(w.score) over (), 0), 0)
                  + weight * coalesce(greatest(n.score - low, 0) / (high - low), 0)
           end as score
    from words w full join near n on n.id = w.id
  )
  select array_agg(f.id), array_agg(f.score), array_agg(f.lexical), array_agg(f.semantic)
  into result.item_ids, result.scores, result.lexical, result.semantic
  from (select * from fused order by score desc, id) f;
  times := times || jsonb_build_object('fusion', aquifer.milliseconds_since(began));

  result.explained := jsonb_build_object('milliseconds', times, 'spaces', spaces,
    'lexicalHits', cardinality(word_items), 'semanticHits', cardinality(near_items));
  return result;
end $$;

-- What the lexical leg asked for: for explanations.
create function aquifer.explained_terms(collections integer[], request jsonb) returns jsonb
  language sql stable
  begin atomic
    select coalesce(jsonb_agg(jsonb_build_object('term', t.lexeme, 'language', t.language, 'weight', t.weight,
                                                 'holders', t.holders, 'essential', t.essential)
                              order by t.holders, t.lexeme), '[]')
    from aquifer.lexical_terms(
      collections,
      case when jsonb_typeof(request -> 'languages') = 'array'
        then array(select jsonb_array_elements_text(request -> 'languages')) end,
      request ->> 'question', coalesce((request ->> 'prefix')::boolean, false),
      coalesce((request ->> 'fuzzy')::boolean, false)) t;
  end;

-- The collections that a search reads: those that are named, or all that the scope's roles may read.
create function aquifer.searched_collections(names jsonb) returns integer[]
  language plpgsql stable
  as $$
declare
  found_ids integer[];
  unknown text;
begin
  select array_agg(c.id) into found_ids from aquifer.collections c
  where c.tenant_id = aquifer.current_tenant() and c.kind = 'documents' and aquifer.has_role_of(c.readers)
    and (names is null or names ? c.name);
  select n into unknown from jsonb_array_elements_text(names) n
  where not exists (
    select from aquifer.collections c
    where c.tenant_id = aquifer.current_tenant() and c.kind = 'documents' and c.name = n and aquifer.has_role_of(c.readers))
    and n <> 'default';
  if unknown is not null then
    raise exception 'there is no collection % in this tenant', quote_literal(left(unknown, 128)) using errcode = 'AQ021';
  end if;
  return coalesce(found_ids, '{}');
end $$;

-- The chunks of documents that a filter leaves.
create function aquifer.filtered_chunks(collections integer[], filter jsonb) returns integer[]
  language plpgsql stable
  as $$
declare
  items integer[];
begin
  execute 'select array_agg(c.id) from aquifer.documents d
    join aquifer.chunks c on c.tenant_id = d.tenant_id and c.document_id = d.id
    where d.tenant_id = $2 and d.collection_id = any ($3) and ' || aquifer.filter_condition(filter, 'd.metadata')
  into items using filter, aquifer.current_tenant(), collections;
  return coalesce(items, '{}');
end $$;

-- What a result shows. Matched words are wrapped in U+FDD0 and U+FDD1, which occur in no text.
create function aquifer.presented_chunk(of_item integer, request jsonb) returns jsonb
  language plpgsql stable
  as $$
declare
  tenant text := aquifer.current_tenant();
  found record;
  around integer := coalesce((request ->> 'neighbours')::integer, 0);
  shown jsonb;
  terms tsquery;
begin
  select c.*, d.source, d.title, d.metadata, d.language, d.updated_at, k.name as collection into found
  from aquifer.chunks c
  join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
  join aquifer.collections k on k.tenant_id = d.tenant_id and k.id = d.collection_id
  where c.tenant_id = tenant and c.id = of_item;
  shown := jsonb_build_object('chunkId', of_item, 'documentId', found.document_id, 'collection', found.collection,
    'source', found.source, 'title', found.title, 'metadata', found.metadata, 'language', found.language,
    'ordinal', found.ordinal, 'start', found.start_offset, 'end', found.end_offset, 'content', found.content,
    'sections', found.sections, 'tokens', found.tokens);
  if (request ->> 'snippets')::boolean then
    select string_agg('''' || replace(replace(t.lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery into terms
    from unnest(to_tsvector(aquifer.text_configuration(found.language), request ->> 'question')) t;
    shown := shown || jsonb_build_object('headline', case when terms is null then '' else
      ts_headline(aquifer.text_configuration(found.language), found.content, terms,
        U&'MaxFragments=2, MinWords=15, MaxWords=45, FragmentDelimiter=" \2026 ", StartSel="\FDD0", StopSel="\FDD1"') end);
  end if;
  if around > 0 then
    shown := shown || jsonb_build_object('neighbours', (
      select coalesce(jsonb_agg(jsonb_build_object('ordinal', n.ordinal, 'start', n.start_offset, 'end', n.end_offset,
                                                   'content', n.content) order by n.ordinal), '[]')
      from aquifer.chunks n
      where n.tenant_id = tenant and n.document_id = found.document_id and n.id <> of_item
        and n.ordinal between found.ordinal - around and found.ordinal + around));
  end if;
  if (request ->> 'vectors')::boolean then
    shown := shown || jsonb_build_object('vector', (
      select v.embedding::text from aquifer.vectors v
      join aquifer.vector_spaces s on s.tenant_id = v.tenant_id and s.id = v.space_id and s.state = 'active'
      where v.tenant_id = tenant and v.item_id = of_item and s.collection_id is not null
      order by v.window_no limit 1));
  end if;
  return shown;
end $$;

-- How many documents among those that were found have which value under a key.
create function aquifer.facet_counts(documents uuid[], keys jsonb) returns jsonb
  language sql stable
  begin atomic
    select coalesce(jsonb_object_agg(f.key, f.counts), '{}')
    from (
      select v.key, jsonb_agg(jsonb_build_object('value', v.value, 'documents', v.documents)
                              order by v.documents desc, v.value) as counts
      from (
        select k.key, e.value, count(distinct d.id) as documents,
               row_number() over (partition by k.key order by count(distinct d.id) desc, e.value) as place
        from aquifer.documents d
        cross join jsonb_array_elements_text(keys) as k (key)
        cross join lateral jsonb_array_elements(
          case jsonb_typeof(d.metadata -> k.key) when 'array' then d.metadata -> k.key
            else jsonb_build_array(d.metadata -> k.key) end) as e (value)
        where d.tenant_id = aquifer.current_tenant() and d.id = any (documents) and jsonb_typeof(e.value) <> 'null'
        group by 1, 2
      ) v
      where v.place <= 20
      group by 1
    ) f;
  end;

-- Ranks the chunks of the tenant's documents. Besides what rank_items takes: collections, filter (canonical), limit,
-- perDocument, recency { halfLifeDays, weight }, snippets, neighbours, vectors, facets, explain.
create function aquifer.search(request jsonb, target halfvec) returns jsonb
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
alter function aquifer.search owner to aquifer_system;
revoke execute on function aquifer.search from public;
grant execute on function aquifer.search to aquifer_app;

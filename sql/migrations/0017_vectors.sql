-- Vectors: narrow rows in spaces, and the way to the nearest of them.

alter table aquifer.chunk_counters rename to item_counters;
drop function aquifer.allocate_chunk_ids;

-- Items are what is searched: chunks, records, passages. They are numbered within their tenant.
create function aquifer.allocate_item_ids(amount integer) returns integer
  language sql volatile
  begin atomic
    insert into aquifer.item_counters as counter (tenant_id, last_id)
    values (aquifer.current_tenant(), amount)
    on conflict (tenant_id) do update set last_id = counter.last_id + amount
    returning last_id - amount + 1;
  end;

-- A space holds the vectors of one model that are compared with each other. Two models have two spaces, also where
-- their vectors are equally long.
create table aquifer.vector_spaces (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  id            integer generated always as identity,
  -- The collection whose items it has; null for records that a program keeps itself.
  collection_id integer,
  name          text not null check (name ~ '^[A-Za-z0-9_.-]{1,128}$'),
  model         text not null check (length(model) between 1 and 256),
  dimensions    integer not null check (dimensions between 1 and 4000),
  metric        text not null check (metric in ('cosine', 'l2', 'inner')),
  -- A model that is to take over is 'building', one that was taken over from 'retired': both are written, not searched.
  state         text not null default 'active' check (state in ('active', 'building', 'retired')),
  -- Whether signs of the vectors are kept, to be scanned in place of them where reading vectors is slow.
  signed        boolean not null default false,
  -- The HNSW index of this space alone: over vectors ('ready') or over their signs ('ready-bits').
  index_state   text not null default 'none' check (index_state in ('none', 'building', 'ready', 'ready-bits')),
  -- { "<recall>": ef_search } as measured on questions that were asked.
  tuned         jsonb not null default '{}',
  -- What that comes from: { "questions", "wanted", "found": { "<ef_search>": neighbours } }, summed over samples.
  measured      jsonb not null default '{}',
  vectors       bigint not null default 0,
  -- Whether an item may have several vectors.
  windowed      boolean not null default false,
  created_at    timestamptz not null default now(),
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, collection_id, name, model),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade
);
call aquifer.isolate('aquifer.vector_spaces');

-- One row a window. Nothing else is in it: an exact scan reads every row.
create table aquifer.vectors (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  space_id  integer not null,
  item_id   integer not null,
  window_no smallint not null default 0,
  embedding halfvec not null,
  primary key (tenant_id, space_id, item_id, window_no)
);
alter table aquifer.vectors alter column embedding set storage plain;
call aquifer.isolate('aquifer.vectors');

-- The signs of vectors of signed spaces: 64 bytes instead of 1 KiB for 512 dimensions.
create table aquifer.vector_signatures (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  space_id  integer not null,
  item_id   integer not null,
  window_no smallint not null,
  signature bit varying not null,
  primary key (tenant_id, space_id, item_id, window_no)
);
call aquifer.isolate('aquifer.vector_signatures');

create function aquifer.open_space(space_name text, space_model text, space_dimensions integer, space_metric text,
                                   of_collection integer default null, is_signed boolean default false,
                                   space_state text default 'active') returns integer
  language plpgsql volatile
  as $$
declare
  space record;
begin
  loop
    select id, dimensions, metric into space from aquifer.vector_spaces
    where tenant_id = aquifer.current_tenant() and collection_id is not distinct from of_collection
      and name = space_name and model = space_model;
    exit when found;
    insert into aquifer.vector_spaces (collection_id, name, model, dimensions, metric, signed, state)
    values (of_collection, space_name, space_model, space_dimensions, space_metric, is_signed, space_state)
    on conflict do nothing;
  end loop;
  if space.dimensions <> space_dimensions or space.metric <> space_metric then
    raise exception 'the space % of % has % dimensions and metric %, not % and %',
      space_name, space_model, space.dimensions, space.metric, space_dimensions, space_metric using errcode = 'AQ020';
  end if;
  return space.id;
end $$;

-- What holds for every writer: vectors have the length of their space, spaces know how many they have, and signs follow.
create function aquifer.note_added_vectors() returns trigger
  language plpgsql
  as $$
declare
  wrong record;
begin
  select s.name, s.model, s.dimensions, vector_dims(a.embedding) as given into wrong
  from added a left join aquifer.vector_spaces s on s.tenant_id = a.tenant_id and s.id = a.space_id
  where s.id is null or vector_dims(a.embedding) <> s.dimensions limit 1;
  if found then
    raise exception 'a vector of % dimensions was given to the space % of % with %',
      wrong.given, wrong.name, wrong.model, wrong.dimensions using errcode = 'AQ020';
  end if;
  insert into aquifer.vector_signatures (tenant_id, space_id, item_id, window_no, signature)
  select a.tenant_id, a.space_id, a.item_id, a.window_no, binary_quantize(a.embedding)
  from added a join aquifer.vector_spaces s on s.tenant_id = a.tenant_id and s.id = a.space_id and s.signed
  on conflict (tenant_id, space_id, item_id, window_no) do update set signature = excluded.signature;
  if tg_op = 'INSERT' then
    update aquifer.vector_spaces s
    set vectors = s.vectors + tally.amount, windowed = s.windowed or tally.windowed
    from (select tenant_id, space_id, count(*) as amount, bool_or(window_no > 0) as windowed from added group by 1, 2) tally
    where s.tenant_id = tally.tenant_id and s.id = tally.space_id;
  end if;
  return null;
end $$;

create function aquifer.note_removed_vectors() returns trigger
  language plpgsql
  as $$
begin
  update aquifer.vector_spaces s set vectors = s.vectors - tally.amount
  from (select tenant_id, space_id, count(*) as amount from removed group by 1, 2) tally
  where s.tenant_id = tally.tenant_id and s.id = tally.space_id;
  delete from aquifer.vector_signatures g using removed r
  where (g.tenant_id, g.space_id, g.item_id, g.window_no) = (r.tenant_id, r.space_id, r.item_id, r.window_no);
  return null;
end $$;

create trigger note_added after insert on aquifer.vectors
  referencing new table as added for each statement execute function aquifer.note_added_vectors();
create trigger note_changed after update on aquifer.vectors
  referencing new table as added for each statement execute function aquifer.note_added_vectors();
create trigger note_removed after delete on aquifer.vectors
  referencing old table as removed for each statement execute function aquifer.note_removed_vectors();

-- A space that goes takes its vectors along.
create function aquifer.remove_space_vectors() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.vectors v using removed r where (v.tenant_id, v.space_id) = (r.tenant_id, r.id);
  return null;
end $$;
create trigger remove_vectors after delete on aquifer.vector_spaces
  referencing old table as removed for each statement execute function aquifer.remove_space_vectors();

-- Chunks that go take their vectors along.
create function aquifer.remove_chunk_vectors() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.vectors v using removed r, aquifer.vector_spaces s
  where s.tenant_id = r.tenant_id and s.collection_id is not null
    and v.tenant_id = r.tenant_id and v.space_id = s.id and v.item_id = r.id;
  return null;
end $$;
create trigger remove_vectors after delete on aquifer.chunks
  referencing old table as removed for each statement execute function aquifer.remove_chunk_vectors();

-- What was stored before has one space a tenant and model.
set local role aquifer_system;
insert into aquifer.vector_spaces (tenant_id, collection_id, name, model, dimensions, metric, signed)
select e.tenant_id, c.id, 'documents', e.model, max(vector_dims(e.embedding)), 'inner', true
from aquifer.chunk_embeddings e join aquifer.collections c on c.tenant_id = e.tenant_id and c.name = 'default'
group by 1, 2, 4;
insert into aquifer.vectors (tenant_id, space_id, item_id, window_no, embedding)
select e.tenant_id, s.id, e.chunk_id, e.window_no, e.embedding
from aquifer.chunk_embeddings e join aquifer.vector_spaces s on s.tenant_id = e.tenant_id and s.model = e.model;
reset role;

drop table aquifer.chunk_signatures;
drop table aquifer.chunk_embeddings;
drop function aquifer.sign_embeddings;

-- The nearest

create function aquifer.space_of(space_id integer) returns aquifer.vector_spaces
  language sql stable
  begin atomic
    select s from aquifer.vector_spaces s where s.tenant_id = aquifer.current_tenant() and s.id = space_of.space_id;
  end;

-- How wide an HNSW index must be searched for a recall: as measured on this space's own questions, else by experience
-- with questions that are foreign to what is stored, which are the hard ones.
-- plpgsql keeps its plan: as plain SQL it is planned in every search, a third of a millisecond.
create function aquifer.ef_search(space aquifer.vector_spaces, recall float8, k integer) returns integer
  language plpgsql stable
  as $$
declare
  measured integer := (
    select min(t.ef::integer) from jsonb_each_text(space.tuned) as t (recall, ef) where t.recall::float8 >= ef_search.recall);
begin
  return least(1000, greatest(k + k / 2, coalesce(measured,
    case when recall <= 0.9 then 100 when recall <= 0.95 then 200 when recall <= 0.98 then 400
         when recall <= 0.99 then 600 else 1000 end)));
end $$;

-- Which way leads to the nearest: `exact` reads every vector, `candidates` those that filters left, `signs` the signs of
-- them first; `index` and `index-bits` ask the space's own HNSW index. A filter and an index do not go together: the
-- index loses rows that pass, so that few candidates are read one by one.
create type aquifer.vector_route as (route text, ef integer, vectors bigint);
create function aquifer.route_nearest(space aquifer.vector_spaces, k integer, recall float8, candidates integer)
  returns aquifer.vector_route
  language plpgsql stable
  as $$
declare
  read_at_most constant integer := 50000;
  indexed boolean := space.index_state like 'ready%' and recall < 1 and space.vectors > 2000;
begin
  if candidates is not null and (not indexed or candidates <= read_at_most or candidates * 2 < space.vectors) then
    return row(case when space.signed and recall < 1 and candidates > 4000 then 'signs' else 'candidates' end, null::integer,
               candidates::bigint)::aquifer.vector_route;
  end if;
  if indexed then
    return row(case space.index_state when 'ready' then 'index' else 'index-bits' end,
               least(1000, aquifer.ef_search(space, recall, k) * case when candidates is null then 1 else 2 end),
               space.vectors)::aquifer.vector_route;
  end if;
  return row(case when space.signed and recall < 1 and space.vectors > 2000 then 'signs' else 'exact' end, null::integer,
             space.vectors)::aquifer.vector_route;
end $$;

create function aquifer.distance_operator(metric text) returns text
  language sql immutable
  return case metric when 'cosine' then '<=>' when 'l2' then '<->' when 'inner' then '<#>' end;

create function aquifer.nearest_read(space aquifer.vector_spaces, target halfvec, amount integer, candidates integer[])
  returns table (item_id integer, distance float8)
  language plpgsql stable
  as $$
begin
  if candidates is null then
    return query execute format(
      'select v.item_id, v.embedding %s $1 from aquifer.vectors v where v.tenant_id = $2 and v.space_id = $3
       order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
      using target, space.tenant_id, space.id, amount;
  else
    return query execute format(
      -- Not a join: with a list of keys the index is read in order, whatever the statistics say.
      'select v.item_id, v.embedding %s $1 from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = $3 and v.item_id = any ($5) order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
      using target, space.tenant_id, space.id, amount, candidates;
  end if;
end $$;

-- The signs choose, the vectors rank.
create function aquifer.nearest_by_signs(space aquifer.vector_spaces, target halfvec, amount integer, candidates integer[])
  returns table (item_id integer, distance float8)
  language plpgsql stable
  as $$
begin
  return query execute format(
    'with chosen as materialized (
       select g.item_id, g.window_no from aquifer.vector_signatures g
       where g.tenant_id = $2 and g.space_id = $3 and ($5 is null or g.item_id = any ($5))
       order by g.signature <~> binary_quantize($1) limit $4 * 10
     )
     select chosen.item_id, exact.distance
     from chosen cross join lateral (
       select v.embedding %s $1 as distance from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = $3 and v.item_id = chosen.item_id and v.window_no = chosen.window_no
       offset 0 -- keeps this a look-up by primary key, whatever the statistics say
     ) exact
     order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
    using target, space.tenant_id, space.id, amount, candidates;
end $$;

-- Planner switches hold within this function only.
create function aquifer.nearest_in_index(space aquifer.vector_spaces, target halfvec, amount integer, ef integer,
                                         candidates integer[], bits boolean)
  returns table (item_id integer, distance float8)
  language plpgsql volatile
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
  set hnsw.iterative_scan = relaxed_order set hnsw.ef_search = 200
  as $$
begin
  perform set_config('hnsw.ef_search', ef::text, true);
  if bits then
    return query execute format(
      'with chosen as materialized (
         select v.item_id, v.embedding from aquifer.vectors v
         where v.tenant_id = $2 and v.space_id = %1$s and ($5 is null or v.item_id = any ($5))
         order by binary_quantize(v.embedding)::bit(%2$s) <~> binary_quantize($1)::bit(%2$s) limit $4
       )
       select chosen.item_id, chosen.embedding %3$s $1 from chosen order by 2, 1 limit $6',
      space.id, space.dimensions, aquifer.distance_operator(space.metric))
      using target, space.tenant_id, null, greatest(ef, amount), candidates, amount;
  else
    return query execute format(
      'select v.item_id, v.embedding::halfvec(%2$s) %3$s $1 from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = %1$s %4$s
       order by v.embedding::halfvec(%2$s) %3$s $1 limit $3',
      space.id, space.dimensions, aquifer.distance_operator(space.metric),
      case when candidates is not null then 'and v.item_id = any ($4)' else '' end)
      using target, space.tenant_id, amount, candidates;
  end if;
end $$;

create function aquifer.nearest_by(way aquifer.vector_route, space aquifer.vector_spaces, target halfvec, k integer,
                                   candidates integer[])
  returns table (item_id integer, distance float8)
  language plpgsql volatile
  as $$
declare
  -- Several windows of one item count once.
  wanted integer := case when space.windowed then k * 10 else k end;
begin
  if space.windowed then
    return query select n.item_id, min(n.distance) from (
      select * from aquifer.nearest_by(way, (jsonb_populate_record(space, '{"windowed": false}')), target, wanted, candidates)
    ) n group by 1 order by 2, 1 limit k;
  elsif way.route like 'index%' then
    return query select * from aquifer.nearest_in_index(space, target, k, way.ef, candidates, way.route = 'index-bits');
  elsif way.route = 'signs' then
    return query select * from aquifer.nearest_by_signs(space, target, k, candidates);
  else
    return query select * from aquifer.nearest_read(space, target, k, candidates);
  end if;
end $$;

-- The nearest items of a space, nearest first. `candidates` are the items that filters left, null for all. Runs as a role
-- that sees every tenant, and reads the tenant from the transaction itself: row-level security would set indexes aside.
create function aquifer.nearest(of_space integer, target halfvec, k integer, recall float8 default 0.98,
                                candidates integer[] default null)
  returns table (item_id integer, distance float8)
  language plpgsql volatile security definer rows 100
  set search_path = pg_catalog, aquifer, public, pg_temp set jit = off set max_parallel_workers_per_gather = 0
  as $$
declare
  space aquifer.vector_spaces := aquifer.space_of(of_space);
begin
  if space.id is null then return; end if;
  if vector_dims(target) <> space.dimensions then
    raise exception 'a vector of % dimensions was asked of the space % of % with %',
      vector_dims(target), space.name, space.model, space.dimensions using errcode = 'AQ020';
  end if;
  return query select n.item_id, n.distance
    from aquifer.nearest_by(aquifer.route_nearest(space, k, recall, cardinality(candidates)), space, target, k, candidates) n;
end $$;
alter function aquifer.nearest owner to aquifer_system;
revoke execute on function aquifer.nearest from public;
grant execute on function aquifer.nearest to aquifer_app;

-- How many of the truly nearest k the index of a space finds for some questions (end to end), by how wide it is searched,
-- and how many there were to find. It reads every vector once a question.
create function aquifer.measured_recall(of_space integer, questions real[], k integer, widths integer[])
  returns table (ef integer, found integer, wanted integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, aquifer, public, pg_temp set jit = off set max_parallel_workers_per_gather = 0
  as $$
declare
  space aquifer.vector_spaces := aquifer.space_of(of_space);
  amount integer := cardinality(questions) / space.dimensions;
  found_in integer[] := array_fill(0, array[cardinality(widths)]);
  question halfvec;
  truth integer[];
begin
  if space.id is null or space.index_state not like 'ready%' or amount = 0 then return; end if;
  for n in 0 .. amount - 1 loop
    question := questions[n * space.dimensions + 1 : (n + 1) * space.dimensions]::halfvec;
    truth := array(select x.item_id from aquifer.nearest_by(row('exact', null, 0)::aquifer.vector_route, space, question, k, null) x);
    for w in 1 .. cardinality(widths) loop
      found_in[w] := found_in[w] + (
        select count(*) from aquifer.nearest_by(
          row(case space.index_state when 'ready' then 'index' else 'index-bits' end, widths[w], 0)::aquifer.vector_route,
          space, question, k, null) x
        where x.item_id = any (truth));
    end loop;
  end loop;
  return query select widths[w], found_in[w], amount * least(k, space.vectors)::integer
    from generate_subscripts(widths, 1) as w;
end $$;
alter function aquifer.measured_recall owner to aquifer_system;
revoke execute on function aquifer.measured_recall from public;
grant execute on function aquifer.measured_recall to aquifer_app;

-- Records: what a program keeps in a space of its own, beside the vector of each.

create table aquifer.vector_records (
  tenant_id   aquifer.tenant_id not null default aquifer.current_tenant(),
  space_id    integer not null,
  item_id     integer not null,
  -- The program's own key. Ordered by code point: a scan goes on where another ended, whatever the collation.
  id          text collate "C" not null check (octet_length(id) between 1 and 512),
  document_id text collate "C",
  content     text,
  metadata    jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  primary key (tenant_id, space_id, item_id),
  unique (tenant_id, space_id, id)
);
create index vector_records_document on aquifer.vector_records (tenant_id, space_id, document_id)
  where document_id is not null;
-- Equality and membership in a hundredth of the rows: 7 ms in place of 34 over 40,000. Its pending list keeps loads as fast.
create index vector_records_metadata on aquifer.vector_records using gin (metadata jsonb_path_ops);
call aquifer.isolate('aquifer.vector_records');

-- A record that goes takes its vector along, a space its records. No foreign keys: they would check row by row what
-- statements write by the thousand.
create function aquifer.remove_record_vectors() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.vectors v using removed r
  where (v.tenant_id, v.space_id, v.item_id) = (r.tenant_id, r.space_id, r.item_id);
  return null;
end $$;
create trigger remove_vectors after delete on aquifer.vector_records
  referencing old table as removed for each statement execute function aquifer.remove_record_vectors();

create function aquifer.remove_space_records() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.vector_records v using removed r where (v.tenant_id, v.space_id) = (r.tenant_id, r.id);
  return null;
end $$;
create trigger remove_records after delete on aquifer.vector_spaces
  referencing old table as removed for each statement execute function aquifer.remove_space_records();

-- The items of the records that a canonical filter leaves (0016). Runs as a role that sees every tenant, and reads the
-- tenant from the transaction itself: @> is not leakproof, so that row-level security would set the index aside.
create function aquifer.matching_records(of_space integer, filter jsonb) returns integer[]
  language plpgsql stable security definer
  set search_path = pg_catalog, aquifer, pg_temp set jit = off
  as $$
declare
  matching integer[];
begin
  execute format('select coalesce(array_agg(r.item_id), ''{}'') from aquifer.vector_records r
                  where r.tenant_id = aquifer.current_tenant() and r.space_id = $2 and %s',
                 aquifer.filter_condition(filter, 'r.metadata'))
    into matching using filter, of_space;
  return matching;
end $$;

-- The space of records that has this name and model, null where there is none; as open_space, without making it.
create function aquifer.record_space(space_name text, space_model text, space_dimensions integer, space_metric text)
  returns integer
  language plpgsql stable
  as $$
declare
  space record;
begin
  select id, dimensions, metric into space from aquifer.vector_spaces
  where tenant_id = aquifer.current_tenant() and collection_id is null
    and name = space_name and model = space_model;
  if space.dimensions <> space_dimensions or space.metric <> space_metric then
    raise exception 'the space % of % has % dimensions and metric %, not % and %',
      space_name, space_model, space.dimensions, space.metric, space_dimensions, space_metric using errcode = 'AQ020';
  end if;
  return space.id;
end $$;

-- The nearest records of a space, nearest first, ties by id; `filter` is canonical, null for none.
create function aquifer.nearest_records(of_space integer, target halfvec, k integer, recall float8, filter jsonb)
  returns table (item_id integer, id text, document_id text, content text, metadata jsonb, distance float8)
  language plpgsql volatile rows 100
  as $$
declare
  -- Items are numbered as they came: of equally far ones, those whose ids come first are found only among all of them.
  most_ties constant integer := 10000;
  wanted integer := k + 1;
  candidates integer[];
  items integer[];
  distances float8[];
begin
  if filter is not null then candidates := aquifer.matching_records(of_space, filter); end if;
  loop
    select array_agg(n.item_id order by n.distance), array_agg(n.distance order by n.distance) into items, distances
    from aquifer.nearest(of_space, target, wanted, recall, candidates) n;
    exit when cardinality(items) < wanted or items is null or distances[wanted] > distances[k] or wanted >= most_ties;
    wanted := least(wanted * 4, most_ties);
  end loop;
  return query
    select n.item_id, r.id, r.document_id, r.content, r.metadata, n.distance
    from unnest(items, distances) as n (item_id, distance)
    cross join lateral (
      select * from aquifer.vector_records x
      where x.tenant_id = (select aquifer.current_tenant()) and x.space_id = of_space and x.item_id = n.item_id offset 0
    ) r
    order by n.distance, r.id limit k;
end $$;

-- For an operator, while nobody writes: spreads the vectors over so many tables by tenant, 1 to 1024. Indexes of spaces
-- have to be built again. Policies and triggers are those of the one table; only the owner may call it.
create procedure aquifer.partition_vectors(partitions integer)
  language plpgsql
  as $$
declare
  trait record;
begin
  if partitions not between 1 and 1024 then
    raise exception 'there can be 1 to 1024 partitions' using errcode = 'AQ003';
  end if;
  lock table aquifer.vectors, aquifer.vector_spaces in access exclusive mode;
  alter table aquifer.vectors rename to vectors_before;
  alter table aquifer.vectors_before rename constraint vectors_pkey to vectors_before_pkey;
  create table aquifer.vectors (like aquifer.vectors_before including defaults including storage,
                                primary key (tenant_id, space_id, item_id, window_no)) partition by hash (tenant_id);
  for part in 0 .. partitions - 1 loop
    execute format('create table aquifer.vectors_%s partition of aquifer.vectors for values with (modulus %s, remainder %s)',
                   part, partitions, part);
    execute format('alter table aquifer.vectors_%s alter column embedding set storage plain', part);
  end loop;
  call aquifer.isolate('aquifer.vectors');
  create policy collection_readers on aquifer.vectors as restrictive for select to aquifer_app
    using ((select aquifer.reads_everything()) or space_id in (
      select id from aquifer.vector_spaces
      where collection_id is null or collection_id = any ((select aquifer.readable_collections())::integer[])));
  set local role aquifer_system;
  insert into aquifer.vectors select * from aquifer.vectors_before;
  update aquifer.vector_spaces set index_state = 'none' where index_state <> 'none';
  reset role;
  -- Only now: what was moved is counted already.
  for trait in
    select pg_get_triggerdef(t.oid) as definition from pg_trigger t
    where t.tgrelid = 'aquifer.vectors_before'::regclass and not t.tgisinternal
  loop
    execute replace(trait.definition, 'aquifer.vectors_before', 'aquifer.vectors');
  end loop;
  drop table aquifer.vectors_before;
end $$;
revoke execute on procedure aquifer.partition_vectors from public;

do $$
declare
  made text;
begin
  foreach made in array array['remove_record_vectors()', 'remove_space_records()', 'matching_records(integer, jsonb)',
                              'record_space(text, text, integer, text)',
                              'nearest_records(integer, halfvec, integer, float8, jsonb)'] loop
    execute format('revoke execute on function aquifer.%s from public', made);
    execute format('grant execute on function aquifer.%s to aquifer_app, aquifer_system', made);
  end loop;
  -- COPY goes through a table of the transaction's own (src/relational/copy).
  execute format('grant temporary on database %I to aquifer_app', current_database());
end $$;
alter function aquifer.matching_records owner to aquifer_system;

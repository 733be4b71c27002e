-- The lexical index by collection and language, and the way through it that reads the rare words first.
--
-- It is the index of 0003, with these differences: a posting belongs to a collection and a language, and says how many
-- hold it, so that document frequencies are read from the key alone; blocks are merged on two levels.

drop procedure aquifer.strike_postings;
drop procedure aquifer.merge_blocks;
drop procedure aquifer.fold_pending;
drop function aquifer.next_block;
drop trigger analyse_added on aquifer.chunks;
drop trigger refuse_edit on aquifer.chunks;
drop table aquifer.lexical_postings, aquifer.lexical_blocks, aquifer.lexical_entries, aquifer.lexical_statistics;
drop function aquifer.analyse_added_chunks;
drop function aquifer.count_added_entries;
drop function aquifer.count_removed_entries;

create table aquifer.lexical_statistics (
  tenant_id     aquifer.tenant_id not null,
  collection_id integer not null,
  entries       integer not null,
  total_length  bigint not null,
  -- Of the entries there have ever been: a question is analysed in each.
  languages     text[] not null,
  -- Entries with a greater item id are pending.
  folded_to     integer not null default 0,
  last_block    integer not null default 0,
  primary key (tenant_id, collection_id),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade
);
call aquifer.isolate('aquifer.lexical_statistics');

create table aquifer.lexical_entries (
  tenant_id     aquifer.tenant_id not null,
  collection_id integer not null,
  item_id       integer not null,
  language      text not null,
  -- Occurrences of all lexemes, the |d| of BM25.
  length        integer not null,
  lexemes       tsvector not null,
  primary key (tenant_id, collection_id, item_id)
);
call aquifer.isolate('aquifer.lexical_entries');

-- Blocks cover ranges of item ids that do not overlap.
create table aquifer.lexical_blocks (
  tenant_id     aquifer.tenant_id not null,
  collection_id integer not null,
  block         integer not null,
  first_id      integer not null,
  last_id       integer not null,
  entries       integer not null,
  primary key (tenant_id, collection_id, block),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade
);
call aquifer.isolate('aquifer.lexical_blocks');

create table aquifer.lexical_postings (
  tenant_id     aquifer.tenant_id not null,
  collection_id integer not null,
  language      text collate "C" not null,
  lexeme        text collate "C" not null,
  block         integer not null,
  -- How long the arrays are.
  holders       integer not null,
  item_ids      integer[] not null,
  frequencies   smallint[] not null,
  lengths       integer[] not null,
  primary key (tenant_id, collection_id, lexeme, language, block) include (holders)
);
-- They are read far more often than written: not compressed.
alter table aquifer.lexical_postings
  alter column item_ids set storage external,
  alter column frequencies set storage external,
  alter column lengths set storage external;
create index lexical_postings_block on aquifer.lexical_postings (tenant_id, collection_id, block);
call aquifer.isolate('aquifer.lexical_postings');

-- Who may not read a collection does not read its words and vectors either.
create policy collection_readers on aquifer.lexical_entries as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_readers on aquifer.lexical_postings as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_readers on aquifer.lexicon as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_readers on aquifer.vectors as restrictive for select to aquifer_app
  using ((select aquifer.reads_everything()) or space_id in (
    select id from aquifer.vector_spaces
    where collection_id is null or collection_id = any ((select aquifer.readable_collections())::integer[])));

-- Chunks → entries

create function aquifer.entry_length(lexemes tsvector) returns integer
  language sql immutable
  return (select coalesce(sum(cardinality(positions)), 0) from unnest(lexemes));

create function aquifer.analyse_added_chunks() returns trigger
  language plpgsql
  as $$
begin
  insert into aquifer.lexical_entries (tenant_id, collection_id, item_id, language, length, lexemes)
  select a.tenant_id, d.collection_id, a.id, aquifer.primary_language(d.language), aquifer.entry_length(vector), vector
  from added a
  join aquifer.documents d on d.tenant_id = a.tenant_id and d.id = a.document_id
  cross join lateral aquifer.analyse(d.language, a.context || E'\n' || a.content) as vector;
  return null;
end $$;
create trigger analyse_added after insert on aquifer.chunks
  referencing new table as added for each statement execute function aquifer.analyse_added_chunks();

create function aquifer.remove_chunk_entries() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.lexical_entries e using removed r, aquifer.lexical_statistics s
  where s.tenant_id = r.tenant_id and e.tenant_id = r.tenant_id and e.collection_id = s.collection_id and e.item_id = r.id;
  return null;
end $$;
create trigger remove_entries after delete on aquifer.chunks
  referencing old table as removed for each statement execute function aquifer.remove_chunk_entries();

-- The text of a chunk is never edited in place: its id would then not say when it was written.
create trigger refuse_edit before update of id, tenant_id, document_id, context, content on aquifer.chunks
  for each row when ((old.id, old.tenant_id, old.document_id, old.context, old.content)
                     is distinct from (new.id, new.tenant_id, new.document_id, new.context, new.content))
  execute function aquifer.refuse_edited_chunk();

-- Entries → blocks

create function aquifer.next_block(tenant text, collection integer) returns integer
  language sql volatile
  begin atomic
    update aquifer.lexical_statistics set last_block = last_block + 1
    where tenant_id = tenant and collection_id = collection returning last_block;
  end;

create procedure aquifer.fold_pending(tenant text, collection integer, after_id integer)
  language plpgsql
  as $$
declare
  new_block constant integer := aquifer.next_block(tenant, collection);
  last integer;
begin
  insert into aquifer.lexical_blocks (tenant_id, collection_id, block, first_id, last_id, entries)
  select tenant, collection, new_block, after_id + 1, max(item_id), count(*) from aquifer.lexical_entries
  where tenant_id = tenant and collection_id = collection and item_id > after_id
  returning last_id into last;

  insert into aquifer.lexical_postings
    (tenant_id, collection_id, language, lexeme, block, holders, item_ids, frequencies, lengths)
  select tenant, collection, language, lexeme, new_block, count(*), array_agg(item_id),
         array_agg(cardinality(positions)::smallint), array_agg(length)
  from aquifer.lexical_entries, unnest(lexemes)
  where tenant_id = tenant and collection_id = collection and item_id > after_id
  group by language, lexeme;

  update aquifer.lexical_statistics set folded_to = last where tenant_id = tenant and collection_id = collection;
end $$;

-- Merges a run of neighbouring blocks of about one size into one.
create procedure aquifer.merge_blocks(tenant text, collection integer)
  language plpgsql
  as $$
declare
  run_length constant integer := 16;
  merged_size constant integer := 8192;
  alike integer[];
  new_block integer;
begin
  select run into alike from (
    select array_agg(block) over neighbours as run, sum(entries) over neighbours as total,
           max(entries) over neighbours as largest
    from aquifer.lexical_blocks where tenant_id = tenant and collection_id = collection
    window neighbours as (order by last_id rows between run_length - 1 preceding and current row)
  ) as runs
  where cardinality(run) = run_length and total <= merged_size and largest * 4 <= total
  limit 1;
  if alike is null then return; end if;
  new_block := aquifer.next_block(tenant, collection);

  insert into aquifer.lexical_postings
    (tenant_id, collection_id, language, lexeme, block, holders, item_ids, frequencies, lengths)
  select tenant, collection, language, lexeme, new_block, count(*), array_agg(item.item_id), array_agg(item.frequency),
         array_agg(item.length)
  from aquifer.lexical_postings, unnest(item_ids, frequencies, lengths) as item (item_id, frequency, length)
  where tenant_id = tenant and collection_id = collection and block = any (alike)
  group by language, lexeme;
  delete from aquifer.lexical_postings where tenant_id = tenant and collection_id = collection and block = any (alike);

  insert into aquifer.lexical_blocks (tenant_id, collection_id, block, first_id, last_id, entries)
  select tenant, collection, new_block, min(first_id), max(last_id), sum(entries)
  from aquifer.lexical_blocks where tenant_id = tenant and collection_id = collection and block = any (alike);
  delete from aquifer.lexical_blocks where tenant_id = tenant and collection_id = collection and block = any (alike);
end $$;

create function aquifer.count_added_entries() returns trigger
  language plpgsql
  as $$
declare
  -- A pending entry costs every search of its collection about 0.2 ms on the embedded database.
  fold_at constant integer := 32;
  tally record;
  folded integer;
begin
  insert into aquifer.lexicon (tenant_id, collection_id, language, lexeme)
  select distinct tenant_id, collection_id, language, lexeme from added, unnest(lexemes)
  order by 1, 2, 3, 4
  on conflict do nothing;
  for tally in
    select tenant_id, collection_id, count(*) as entries, sum(length) as total, min(item_id) as lowest,
           array_agg(distinct language) as languages
    from added group by tenant_id, collection_id order by 1, 2
  loop
    insert into aquifer.lexical_statistics as statistics (tenant_id, collection_id, entries, total_length, languages)
    values (tally.tenant_id, tally.collection_id, tally.entries, tally.total, tally.languages)
    on conflict (tenant_id, collection_id) do update
      set entries = statistics.entries + excluded.entries,
          total_length = statistics.total_length + excluded.total_length,
          languages = array(select unnest(statistics.languages) union select unnest(excluded.languages) order by 1)
    returning folded_to into folded;
    if tally.lowest <= folded then
      raise exception 'item % is older than what is indexed; take ids from aquifer.allocate_item_ids()', tally.lowest
        using errcode = 'check_violation';
    end if;
    if (select count(*) >= fold_at from aquifer.lexical_entries
        where tenant_id = tally.tenant_id and collection_id = tally.collection_id and item_id > folded) then
      call aquifer.fold_pending(tally.tenant_id, tally.collection_id, folded);
      call aquifer.merge_blocks(tally.tenant_id, tally.collection_id);
    end if;
  end loop;
  return null;
end $$;

-- Takes removed items out of the postings, exactly: document frequencies never count what is gone.
create procedure aquifer.strike_postings(tenant text, collection integer, in_block integer, struck integer[],
                                         struck_lexemes text[])
  language sql
  begin atomic
    delete from aquifer.lexical_postings
    where tenant_id = tenant and collection_id = collection and lexeme = any (struck_lexemes) and block = in_block
      and item_ids <@ struck;

    update aquifer.lexical_postings posting
    set (holders, item_ids, frequencies, lengths) = (
      select count(*), array_agg(item.item_id), array_agg(item.frequency), array_agg(item.length)
      from unnest(posting.item_ids, posting.frequencies, posting.lengths) as item (item_id, frequency, length)
      where item.item_id <> all (struck))
    where tenant_id = tenant and collection_id = collection and lexeme = any (struck_lexemes) and block = in_block
      and item_ids && struck;

    update aquifer.lexical_blocks set entries = entries - cardinality(struck)
    where tenant_id = tenant and collection_id = collection and block = in_block;

    delete from aquifer.lexical_blocks
    where tenant_id = tenant and collection_id = collection and block = in_block and entries = 0;
  end;

create function aquifer.count_removed_entries() returns trigger
  language plpgsql
  as $$
declare
  tally record;
begin
  for tally in
    select tenant_id, collection_id, count(*) as entries, sum(length) as total from removed group by 1, 2 order by 1, 2
  loop
    update aquifer.lexical_statistics
    set entries = entries - tally.entries, total_length = total_length - tally.total
    where tenant_id = tally.tenant_id and collection_id = tally.collection_id;
  end loop;

  for tally in
    select home.tenant_id, home.collection_id, home.block, array_agg(r.item_id) as item_ids,
           (select array_agg(distinct lexeme) from removed as gone, unnest(gone.lexemes)
            where gone.tenant_id = home.tenant_id and gone.collection_id = home.collection_id
              and gone.item_id between home.first_id and home.last_id) as lexemes
    from removed r
    join aquifer.lexical_blocks home
      on home.tenant_id = r.tenant_id and home.collection_id = r.collection_id
     and r.item_id between home.first_id and home.last_id
    group by 1, 2, 3, home.first_id, home.last_id
  loop
    call aquifer.strike_postings(tally.tenant_id, tally.collection_id, tally.block, tally.item_ids,
                                 coalesce(tally.lexemes, '{}'));
  end loop;

  for tally in select distinct tenant_id, collection_id from removed loop
    call aquifer.merge_blocks(tally.tenant_id, tally.collection_id);
  end loop;
  return null;
end $$;

create trigger count_added after insert on aquifer.lexical_entries
  referencing new table as added for each statement execute function aquifer.count_added_entries();
create trigger count_removed after delete on aquifer.lexical_entries
  referencing old table as removed for each statement execute function aquifer.count_removed_entries();

-- What goes with a collection.
create function aquifer.remove_collection_words() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.lexical_postings p using removed r where (p.tenant_id, p.collection_id) = (r.tenant_id, r.id);
  delete from aquifer.lexical_entries e using removed r where (e.tenant_id, e.collection_id) = (r.tenant_id, r.id);
  delete from aquifer.lexicon x using removed r where (x.tenant_id, x.collection_id) = (r.tenant_id, r.id);
  return null;
end $$;
create trigger remove_words after delete on aquifer.collections
  referencing old table as removed for each statement execute function aquifer.remove_collection_words();

-- What was stored before.
set local role aquifer_system;
insert into aquifer.lexical_entries (tenant_id, collection_id, item_id, language, length, lexemes)
select c.tenant_id, d.collection_id, c.id, aquifer.primary_language(d.language), aquifer.entry_length(vector), vector
from aquifer.chunks c
join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
cross join lateral aquifer.analyse(d.language, c.context || E'\n' || c.content) as vector
order by c.tenant_id, c.id;
reset role;

-- The lexical leg

-- The terms of a question that are found, with their weights: idf as in Lucene, never negative; a term that the question
-- repeats counts as often as it occurs. `essential` are the rarest, as many as give candidates enough; the others are
-- only counted for those. A term that nobody has is replaced by its likes where `fuzzy` asks for it.
create function aquifer.lexical_terms(collections integer[], asked text[], question text, prefix boolean, fuzzy boolean)
  returns table (language text, lexeme text, weight float8, holders bigint, essential boolean)
  language plpgsql stable
  set plan_cache_mode = force_generic_plan
  as $$
declare
  tenant constant text := aquifer.current_tenant();
  -- Postings read for candidates. With fewer in all, everything is read and the ranking is exact.
  enough constant integer := 20000;
begin
  return query
  with corpus as materialized (
    select sum(s.entries)::float8 as entries,
           coalesce(asked, array(select distinct unnest(t.languages) from aquifer.lexical_statistics t
                                 where t.tenant_id = tenant and t.collection_id = any (collections))) as languages
    from aquifer.lexical_statistics s where s.tenant_id = tenant and s.collection_id = any (collections)
  ),
  wanted as materialized (
    select term.language, term.lexeme, term.weight
    from corpus, aquifer.query_terms(corpus.languages, question) term
  ),
  spread as materialized (
    select * from wanted
    union all
    select w.language, n.lexeme, w.weight * n.similarity * 0.5
    from wanted w, aquifer.lexemes_beginning(tenant, collections, w.language, w.lexeme, 20) n where prefix
    union all
    select w.language, n.lexeme, w.weight * n.similarity * 0.5
    from wanted w, aquifer.similar_lexemes(tenant, collections, w.language, w.lexeme, 5) n
    where fuzzy and not exists (
      select from aquifer.lexicon x where x.tenant_id = tenant and x.collection_id = any (collections)
        and x.language = w.language and x.lexeme = w.lexeme)
  ),
  terms as materialized (
    select s.language, s.lexeme, max(s.weight) as weight from spread s group by 1, 2
  ),
  folded as (
    -- A look-up by key for each term, whatever the statistics say.
    select t.language, t.lexeme, (
      select coalesce(sum(p.holders), 0) from aquifer.lexical_postings p
      where p.tenant_id = tenant and p.collection_id = any (collections)
        and p.lexeme = t.lexeme and p.language = t.language) as holders
    from terms t
  ),
  pending as (
    select t.language, t.lexeme, 1 as holders
    from aquifer.lexical_statistics s
    cross join lateral (
      select x.* from aquifer.lexical_entries x
      where x.tenant_id = tenant and x.collection_id = s.collection_id and x.item_id > s.folded_to offset 0
    ) e
    cross join lateral unnest(tsvector_to_array(e.lexemes)) as held (lexeme)
    join terms t on t.lexeme = held.lexeme and t.language = e.language
    where s.tenant_id = tenant and s.collection_id = any (collections)
  ),
  found as (
    select f.language, f.lexeme, sum(f.holders)::bigint as holders
    from (select * from folded union all select * from pending) f group by 1, 2 having sum(f.holders) > 0
  )
  select f.language, f.lexeme, t.weight * ln(1 + (c.entries - f.holders + 0.5) / (f.holders + 0.5)), f.holders,
         coalesce(sum(f.holders) over (order by f.holders, f.lexeme, f.language
                                       rows between unbounded preceding and 1 preceding), 0) < enough
  from found f join terms t on t.language = f.language and t.lexeme = f.lexeme cross join corpus c;
end $$;

-- BM25 of one term (Robertson & Zaragoza 2009, eq. 3.15); its weight is the idf.
create function aquifer.bm25(weight float8, frequency float8, length integer, mean_length float8, k1 float8, b float8)
  returns float8
  language sql immutable parallel safe
  return weight * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / mean_length));

-- The best by BM25, over postings and pending entries. OR semantics.
create function aquifer.lexical_leg(collections integer[], languages text[], question text, amount integer,
                                    k1 float8, b float8, candidates integer[], prefix boolean, fuzzy boolean)
  returns table (item_id integer, score float8)
  language plpgsql stable
  set plan_cache_mode = force_generic_plan
  as $$
declare
  tenant constant text := aquifer.current_tenant();
  depth constant integer := 1000;
begin
  return query
  with corpus as materialized (
    select sum(s.total_length) / greatest(sum(s.entries), 1)::float8 as mean_length
    from aquifer.lexical_statistics s where s.tenant_id = tenant and s.collection_id = any (collections)
  ),
  terms as materialized (
    select * from aquifer.lexical_terms(collections, languages, question, prefix, fuzzy)
  ),
  allowed as materialized (
    select c.id from unnest(candidates) as c (id)
  ),
  pending as materialized (
    select t.essential, t.weight, e.item_id, cardinality(held.positions)::float8 as frequency, e.length
    from aquifer.lexical_statistics s
    cross join lateral (
      select x.* from aquifer.lexical_entries x
      where x.tenant_id = tenant and x.collection_id = s.collection_id and x.item_id > s.folded_to offset 0
    ) e
    cross join lateral unnest(e.lexemes) as held
    join terms t on t.lexeme = held.lexeme and t.language = e.language
    where s.tenant_id = tenant and s.collection_id = any (collections)
  ),
  first as materialized (
    select f.item_id, sum(aquifer.bm25(f.weight, f.frequency, f.length, (select mean_length from corpus), k1, b)) as score
    from (
      select t.weight, item.item_id, item.frequency::float8 as frequency, item.length
      from terms t
      cross join lateral (
        select p.* from aquifer.lexical_postings p
        where p.tenant_id = tenant and p.collection_id = any (collections)
          and p.lexeme = t.lexeme and p.language = t.language offset 0
      ) p
      cross join lateral unnest(p.item_ids, p.frequencies, p.lengths) as item (item_id, frequency, length)
      where t.essential
      union all
      select n.weight, n.item_id, n.frequency, n.length from pending n where n.essential
    ) f
    where candidates is null or f.item_id in (select id from allowed)
    group by f.item_id
  ),
  chosen as materialized (
    select f.item_id, f.score from first f order by f.score desc, f.item_id
    limit case when exists (select from terms t where not t.essential) then greatest(depth, amount * 4) else amount end
  ),
  rest as (
    select f.item_id, sum(aquifer.bm25(f.weight, f.frequency, f.length, (select mean_length from corpus), k1, b)) as score
    from (
      select t.weight, item.item_id, item.frequency::float8 as frequency, item.length
      from terms t
      cross join lateral (
        select p.* from aquifer.lexical_postings p
        where p.tenant_id = tenant and p.collection_id = any (collections)
          and p.lexeme = t.lexeme and p.language = t.language offset 0
      ) p
      cross join lateral unnest(p.item_ids, p.frequencies, p.lengths) as item (item_id, frequency, length)
      where not t.essential
      union all
      select n.weight, n.item_id, n.frequency, n.length from pending n where not n.essential
    ) f
    where f.item_id in (select c.item_id from chosen c)
    group by f.item_id
  )
  select c.item_id, c.score + coalesce(r.score, 0) as total
  from chosen c left join rest r on r.item_id = c.item_id
  order by total desc, c.item_id
  limit amount;
end $$;

-- loses nothing

drop trigger remove_words on aquifer.collections;
drop trigger refuse_edit on aquifer.chunks;
drop trigger remove_entries on aquifer.chunks;
drop trigger analyse_added on aquifer.chunks;
drop policy collection_readers on aquifer.vectors;
drop policy collection_readers on aquifer.lexicon;
drop function aquifer.lexical_leg;
drop function aquifer.bm25;
drop function aquifer.lexical_terms;
drop procedure aquifer.strike_postings;
drop procedure aquifer.merge_blocks;
drop procedure aquifer.fold_pending;
drop function aquifer.next_block;
drop table aquifer.lexical_postings, aquifer.lexical_blocks, aquifer.lexical_entries, aquifer.lexical_statistics;
drop function aquifer.remove_collection_words;
drop function aquifer.count_removed_entries;
drop function aquifer.count_added_entries;
drop function aquifer.remove_chunk_entries;
drop function aquifer.analyse_added_chunks;
drop function aquifer.entry_length;

create table aquifer.lexical_statistics (
  tenant_id    aquifer.tenant_id primary key,
  entries      integer not null,
  total_length bigint not null,
  -- Entries with a greater chunk id are pending.
  folded_to    integer not null default 0,
  last_block   integer not null default 0
);
call aquifer.isolate('aquifer.lexical_statistics');
alter policy tenant_isolation on aquifer.lexical_statistics to public;

create table aquifer.lexical_entries (
  tenant_id aquifer.tenant_id not null,
  chunk_id  integer not null,
  -- Occurrences of all lexemes, the |d| of BM25.
  length    integer not null,
  lexemes   tsvector not null,
  primary key (tenant_id, chunk_id),
  foreign key (tenant_id, chunk_id) references aquifer.chunks on delete cascade
);
call aquifer.isolate('aquifer.lexical_entries');
alter policy tenant_isolation on aquifer.lexical_entries to public;

-- Blocks cover ranges of chunk ids that do not overlap.
create table aquifer.lexical_blocks (
  tenant_id aquifer.tenant_id not null,
  block     integer not null,
  first_id  integer not null,
  last_id   integer not null,
  entries   integer not null,
  primary key (tenant_id, block)
);
call aquifer.isolate('aquifer.lexical_blocks');
alter policy tenant_isolation on aquifer.lexical_blocks to public;

create table aquifer.lexical_postings (
  tenant_id   aquifer.tenant_id not null,
  lexeme      text not null,
  block       integer not null,
  -- Three arrays of equal length.
  chunk_ids   integer[] not null,
  frequencies smallint[] not null,
  lengths     integer[] not null,
  primary key (tenant_id, lexeme, block)
);
create index lexical_postings_block on aquifer.lexical_postings (tenant_id, block);
call aquifer.isolate('aquifer.lexical_postings');
alter policy tenant_isolation on aquifer.lexical_postings to public;

-- Chunks → entries

create function aquifer.analyse_added_chunks() returns trigger
  language plpgsql
  as $$
begin
  insert into aquifer.lexical_entries (tenant_id, chunk_id, length, lexemes)
  select tenant_id, id, (select coalesce(sum(cardinality(positions)), 0) from unnest(vector)), vector
  from added, lateral to_tsvector('aquifer.english', context || E'\n' || content) as vector;
  return null;
end $$;

create trigger analyse_added after insert on aquifer.chunks
  referencing new table as added for each statement execute function aquifer.analyse_added_chunks();

create trigger refuse_edit before update of id, tenant_id, context, content on aquifer.chunks
  for each row when ((old.id, old.tenant_id, old.context, old.content)
                     is distinct from (new.id, new.tenant_id, new.context, new.content))
  execute function aquifer.refuse_edited_chunk();

-- Entries → blocks

create function aquifer.next_block(tenant text) returns integer
  language sql volatile
  begin atomic
    update aquifer.lexical_statistics set last_block = last_block + 1
    where tenant_id = tenant returning last_block;
  end;

create procedure aquifer.fold_pending(tenant text, after_id integer)
  language plpgsql
  as $$
declare
  new_block constant integer := aquifer.next_block(tenant);
begin
  insert into aquifer.lexical_blocks (tenant_id, block, first_id, last_id, entries)
  select tenant, new_block, after_id + 1, max(chunk_id), count(*) from aquifer.lexical_entries
  where tenant_id = tenant and chunk_id > after_id;

  insert into aquifer.lexical_postings (tenant_id, lexeme, block, chunk_ids, frequencies, lengths)
  select tenant, lexeme, new_block, array_agg(chunk_id), array_agg(cardinality(positions)::smallint), array_agg(length)
  from aquifer.lexical_entries, unnest(lexemes)
  where tenant_id = tenant and chunk_id > after_id
  group by lexeme;

  update aquifer.lexical_statistics
  set folded_to = (select last_id from aquifer.lexical_blocks where tenant_id = tenant and block = new_block)
  where tenant_id = tenant;
end $$;

-- Merges a run of neighbouring blocks into one when they are small.
create procedure aquifer.merge_blocks(tenant text)
  language plpgsql
  as $$
declare
  run_length constant integer := 16;
  merged_size constant integer := 512;
  small integer[];
  new_block integer;
begin
  select run into small from (
    select array_agg(block) over neighbours as run, sum(entries) over neighbours as total
    from aquifer.lexical_blocks where tenant_id = tenant
    window neighbours as (order by last_id rows between run_length - 1 preceding and current row)
  ) as runs
  where cardinality(run) = run_length and total <= merged_size
  limit 1;
  if small is null then return; end if;
  new_block := aquifer.next_block(tenant);

  insert into aquifer.lexical_postings (tenant_id, lexeme, block, chunk_ids, frequencies, lengths)
  select tenant, lexeme, new_block, array_agg(item.chunk_id), array_agg(item.frequency), array_agg(item.length)
  from aquifer.lexical_postings, unnest(chunk_ids, frequencies, lengths) as item (chunk_id, frequency, length)
  where tenant_id = tenant and block = any (small)
  group by lexeme;
  delete from aquifer.lexical_postings where tenant_id = tenant and block = any (small);

  insert into aquifer.lexical_blocks (tenant_id, block, first_id, last_id, entries)
  select tenant, new_block, min(first_id), max(last_id), sum(entries)
  from aquifer.lexical_blocks where tenant_id = tenant and block = any (small);
  delete from aquifer.lexical_blocks where tenant_id = tenant and block = any (small);
end $$;

create function aquifer.count_added_entries() returns trigger
  language plpgsql
  as $$
declare
  -- A pending entry costs every search of its tenant about 0.2 ms on the embedded database.
  fold_at constant integer := 32;
  tally record;
  folded integer;
begin
  for tally in
    select tenant_id, count(*) as entries, sum(length) as total, min(chunk_id) as lowest from added group by tenant_id
  loop
    insert into aquifer.lexical_statistics as statistics (tenant_id, entries, total_length)
    values (tally.tenant_id, tally.entries, tally.total)
    on conflict (tenant_id) do update
      set entries = statistics.entries + excluded.entries,
          total_length = statistics.total_length + excluded.total_length
    returning folded_to into folded;
    if tally.lowest <= folded then
      raise exception 'chunk % is older than what is indexed; take ids from aquifer.allocate_chunk_ids()', tally.lowest
        using errcode = 'check_violation';
    end if;
    if (select count(*) >= fold_at from aquifer.lexical_entries
        where tenant_id = tally.tenant_id and chunk_id > folded) then
      call aquifer.fold_pending(tally.tenant_id, folded);
      call aquifer.merge_blocks(tally.tenant_id);
    end if;
  end loop;
  return null;
end $$;

-- Takes removed chunks out of the postings, exactly: document frequencies never count what is gone.
create procedure aquifer.strike_postings(tenant text, in_block integer, struck integer[], struck_lexemes text[])
  language sql
  begin atomic
    delete from aquifer.lexical_postings
    where tenant_id = tenant and lexeme = any (struck_lexemes) and block = in_block and chunk_ids <@ struck;

    update aquifer.lexical_postings posting
    set (chunk_ids, frequencies, lengths) = (
      select array_agg(item.chunk_id), array_agg(item.frequency), array_agg(item.length)
      from unnest(posting.chunk_ids, posting.frequencies, posting.lengths) as item (chunk_id, frequency, length)
      where item.chunk_id <> all (struck))
    where tenant_id = tenant and lexeme = any (struck_lexemes) and block = in_block and chunk_ids && struck;

    update aquifer.lexical_blocks set entries = entries - cardinality(struck)
    where tenant_id = tenant and block = in_block;

    delete from aquifer.lexical_blocks where tenant_id = tenant and block = in_block and entries = 0;
  end;

create function aquifer.count_removed_entries() returns trigger
  language plpgsql
  as $$
declare
  tally record;
begin
  for tally in select tenant_id, count(*) as entries, sum(length) as total from removed group by tenant_id loop
    update aquifer.lexical_statistics
    set entries = entries - tally.entries, total_length = total_length - tally.total
    where tenant_id = tally.tenant_id;
  end loop;

  for tally in
    select home.tenant_id, home.block, array_agg(removed.chunk_id) as chunk_ids,
           (select array_agg(distinct lexeme) from removed as gone, unnest(gone.lexemes)
            where gone.tenant_id = home.tenant_id and gone.chunk_id between home.first_id and home.last_id) as lexemes
    from removed
    join aquifer.lexical_blocks home
      on home.tenant_id = removed.tenant_id and removed.chunk_id between home.first_id and home.last_id
    group by home.tenant_id, home.block
  loop
    call aquifer.strike_postings(tally.tenant_id, tally.block, tally.chunk_ids, coalesce(tally.lexemes, '{}'));
  end loop;

  for tally in select distinct tenant_id from removed loop
    call aquifer.merge_blocks(tally.tenant_id);
  end loop;
  return null;
end $$;

create trigger count_added after insert on aquifer.lexical_entries
  referencing new table as added for each statement execute function aquifer.count_added_entries();
create trigger count_removed after delete on aquifer.lexical_entries
  referencing old table as removed for each statement execute function aquifer.count_removed_entries();

set local role aquifer_system;
insert into aquifer.lexical_entries (tenant_id, chunk_id, length, lexemes)
select tenant_id, id, (select coalesce(sum(cardinality(positions)), 0) from unnest(vector)), vector
from aquifer.chunks, lateral to_tsvector('aquifer.english', context || E'\n' || content) as vector
order by tenant_id, id;
reset role;

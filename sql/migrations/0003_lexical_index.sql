-- The lexical index: BM25 in plain SQL on standard PostgreSQL.
--
-- Every chunk has one entry with its analysed text. Entries first wait as *pending* and are scored
-- straight from their tsvector; when enough wait, they are folded into a *block*: one posting row a
-- lexeme with the chunks that hold it (the shape of GIN's pending list, and of an LSM segment).
-- Postings are found by equality on text, which is leakproof: row-level security costs no index here,
-- unlike `@@` on GIN. All of it is kept by triggers, for every writer.

create text search configuration aquifer.english (copy = pg_catalog.english);
alter text search configuration aquifer.english
  alter mapping for hword, hword_part, word with unaccent, english_stem;

create table aquifer.lexical_statistics (
  tenant_id    aquifer.tenant_id primary key,
  entries      integer not null default 0,
  total_length bigint not null default 0,
  pending      integer not null default 0,
  last_block   integer not null default 0
);
call aquifer.isolate('aquifer.lexical_statistics');

create table aquifer.lexical_entries (
  tenant_id aquifer.tenant_id not null,
  chunk_id  integer not null,
  -- Occurrences of all lexemes, the |d| of BM25.
  length    integer not null,
  lexemes   tsvector not null,
  -- Null while pending.
  block     integer,
  primary key (tenant_id, chunk_id),
  foreign key (tenant_id, chunk_id) references aquifer.chunks on delete cascade
);
create index lexical_entries_pending on aquifer.lexical_entries (tenant_id, chunk_id) where block is null;
create index lexical_entries_block on aquifer.lexical_entries (tenant_id, block);
call aquifer.isolate('aquifer.lexical_entries');

create table aquifer.lexical_postings (
  tenant_id   aquifer.tenant_id not null,
  lexeme      text not null,
  block       integer not null,
  -- Three arrays of equal length, ascending by chunk.
  chunk_ids   integer[] not null,
  frequencies smallint[] not null,
  lengths     integer[] not null,
  primary key (tenant_id, lexeme, block)
);
create index lexical_postings_block on aquifer.lexical_postings (tenant_id, block);
call aquifer.isolate('aquifer.lexical_postings');

-- Chunks → entries -----------------------------------------------------------------------------------

create function aquifer.analyse_chunks() returns trigger
  language plpgsql
  as $$
begin
  insert into aquifer.lexical_entries (tenant_id, chunk_id, length, lexemes)
  select tenant_id, id,
         (select coalesce(sum(cardinality(positions)), 0) from unnest(vector)),
         vector
  from added, lateral to_tsvector('aquifer.english', context || E'\n' || content) as vector;
  return null;
end $$;

create function aquifer.reanalyse_chunks() returns trigger
  language plpgsql
  as $$
begin
  delete from aquifer.lexical_entries entry
  using removed where entry.tenant_id = removed.tenant_id and entry.chunk_id = removed.id
    and exists (select from added where added.tenant_id = removed.tenant_id and added.id = removed.id
                and (added.content, added.context) is distinct from (removed.content, removed.context));
  insert into aquifer.lexical_entries (tenant_id, chunk_id, length, lexemes)
  select tenant_id, id,
         (select coalesce(sum(cardinality(positions)), 0) from unnest(vector)),
         vector
  from added, lateral to_tsvector('aquifer.english', context || E'\n' || content) as vector
  on conflict do nothing;
  return null;
end $$;

create trigger analyse_inserted after insert on aquifer.chunks
  referencing new table as added for each statement execute function aquifer.analyse_chunks();
create trigger analyse_updated after update on aquifer.chunks
  referencing old table as removed new table as added
  for each statement execute function aquifer.reanalyse_chunks();

-- Entries → postings ---------------------------------------------------------------------------------

-- Folds all pending entries of a tenant into a new block.
create procedure aquifer.fold_pending(tenant text)
  language plpgsql
  as $$
declare
  new_block integer;
begin
  update aquifer.lexical_statistics set last_block = last_block + 1, pending = 0
  where tenant_id = tenant returning last_block into new_block;

  with folded as (
    update aquifer.lexical_entries set block = new_block
    where tenant_id = tenant and block is null
    returning chunk_id, length, lexemes
  )
  insert into aquifer.lexical_postings (tenant_id, lexeme, block, chunk_ids, frequencies, lengths)
  select tenant, lexeme, new_block,
         array_agg(chunk_id order by chunk_id),
         array_agg(cardinality(positions)::smallint order by chunk_id),
         array_agg(length order by chunk_id)
  from folded, unnest(lexemes)
  group by lexeme;
end $$;

create function aquifer.count_added_entries() returns trigger
  language plpgsql
  as $$
declare
  -- A pending entry costs every search of its tenant some 20 µs; a fold costs one pass over them all.
  fold_at constant integer := 256;
  tally record;
  waiting integer;
begin
  for tally in select tenant_id, count(*) as entries, sum(length) as total from added group by tenant_id loop
    insert into aquifer.lexical_statistics as statistics (tenant_id, entries, total_length, pending)
    values (tally.tenant_id, tally.entries, tally.total, tally.entries)
    on conflict (tenant_id) do update
      set entries = statistics.entries + excluded.entries,
          total_length = statistics.total_length + excluded.total_length,
          pending = statistics.pending + excluded.pending
    returning pending into waiting;
    if waiting >= fold_at then call aquifer.fold_pending(tally.tenant_id); end if;
  end loop;
  return null;
end $$;

-- Takes removed chunks out of the postings, exactly: document frequencies never count what is gone.
create procedure aquifer.strike_postings(tenant text, in_block integer, chunk_ids integer[], struck_lexemes text[])
  language plpgsql
  as $$
#variable_conflict use_column
declare
  struck constant integer[] := strike_postings.chunk_ids;
begin
  delete from aquifer.lexical_postings
  where tenant_id = tenant and lexeme = any (struck_lexemes) and block = in_block and chunk_ids <@ struck;

  update aquifer.lexical_postings posting
  set (chunk_ids, frequencies, lengths) = (
    select array_agg(chunk_id order by position), array_agg(frequency order by position),
           array_agg(length order by position)
    from unnest(posting.chunk_ids, posting.frequencies, posting.lengths)
      with ordinality as item (chunk_id, frequency, length, position)
    where chunk_id <> all (struck))
  where tenant_id = tenant and lexeme = any (struck_lexemes) and block = in_block;
end $$;

create function aquifer.count_removed_entries() returns trigger
  language plpgsql
  as $$
declare
  -- A block this small is not worth its rows: what is left of it waits again.
  dissolve_below constant integer := 64;
  tally record;
  remaining integer;
begin
  for tally in
    select tenant_id, block, count(*) as entries, sum(length) as total, array_agg(chunk_id) as chunk_ids
    from removed group by tenant_id, block
  loop
    update aquifer.lexical_statistics
    set entries = entries - tally.entries, total_length = total_length - tally.total,
        pending = pending - case when tally.block is null then tally.entries else 0 end
    where tenant_id = tally.tenant_id;
    continue when tally.block is null;

    select count(*) into remaining from aquifer.lexical_entries
    where tenant_id = tally.tenant_id and block = tally.block;
    if remaining < dissolve_below then
      delete from aquifer.lexical_postings where tenant_id = tally.tenant_id and block = tally.block;
      update aquifer.lexical_entries set block = null
      where tenant_id = tally.tenant_id and block = tally.block;
      update aquifer.lexical_statistics set pending = pending + remaining where tenant_id = tally.tenant_id;
    else
      call aquifer.strike_postings(tally.tenant_id, tally.block, tally.chunk_ids, array(
        select distinct lexeme from removed, unnest(lexemes)
        where removed.tenant_id = tally.tenant_id and removed.block = tally.block));
    end if;
  end loop;
  return null;
end $$;

create trigger count_added after insert on aquifer.lexical_entries
  referencing new table as added for each statement execute function aquifer.count_added_entries();
create trigger count_removed after delete on aquifer.lexical_entries
  referencing old table as removed for each statement execute function aquifer.count_removed_entries();

-- Deleted documents wait in a trash, and what becomes of documents is audited.
--
-- A document in the trash is no row of aquifer.documents: whoever reads documents, counts them, searches them or writes one of
-- the same source needs to know nothing of it. Its chunks and vectors lie beside it, so that it comes back without a model.

create table aquifer.document_trash (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  id            uuid not null,
  collection_id integer not null,
  source        text not null,
  file_id       uuid,
  -- The row as it was.
  document      jsonb not null,
  deleted_at    timestamptz not null default clock_timestamp(),
  deleted_by    text default aquifer.current_actor(),
  primary key (tenant_id, id),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade,
  foreign key (tenant_id, file_id) references aquifer.files on delete set null (file_id)
);
call aquifer.isolate('aquifer.document_trash');
create index document_trash_newest on aquifer.document_trash (tenant_id, collection_id, deleted_at, id);
create index document_trash_of_file on aquifer.document_trash (tenant_id, file_id) where file_id is not null;
create index document_trash_by_age on aquifer.document_trash (deleted_at);

create table aquifer.trashed_chunks (
  tenant_id   aquifer.tenant_id not null default aquifer.current_tenant(),
  document_id uuid not null,
  ordinal     integer not null,
  chunk       jsonb not null,
  primary key (tenant_id, document_id, ordinal),
  foreign key (tenant_id, document_id) references aquifer.document_trash on delete cascade
);
call aquifer.isolate('aquifer.trashed_chunks');

create table aquifer.trashed_vectors (
  tenant_id   aquifer.tenant_id not null default aquifer.current_tenant(),
  document_id uuid not null,
  ordinal     integer not null,
  space_id    integer not null,
  window_no   smallint not null,
  embedding   halfvec not null,
  primary key (tenant_id, document_id, ordinal, space_id, window_no),
  foreign key (tenant_id, document_id, ordinal) references aquifer.trashed_chunks on delete cascade
);
call aquifer.isolate('aquifer.trashed_vectors');

-- Roles of collections hold in the trash too.
create policy collection_readers on aquifer.document_trash as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_inserters on aquifer.document_trash as restrictive for insert to aquifer_app
  with check (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_updaters on aquifer.document_trash as restrictive for update to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_deleters on aquifer.document_trash as restrictive for delete to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_readers on aquifer.trashed_chunks as restrictive for select to aquifer_app
  using ((select aquifer.reads_everything()) or document_id in (select id from aquifer.document_trash));
create policy collection_readers on aquifer.trashed_vectors as restrictive for select to aquifer_app
  using ((select aquifer.reads_everything()) or document_id in (select id from aquifer.document_trash));

-- Puts a document into the trash; false where there is none.
create function aquifer.trash_document(of_document uuid) returns boolean
  language plpgsql volatile
  as $$
declare
  tenant constant text := aquifer.current_tenant();
  gone aquifer.documents;
begin
  select d.* into gone from aquifer.documents d
  where d.tenant_id = tenant and d.id = of_document and exists (
    select from aquifer.collections k where k.tenant_id = d.tenant_id and k.id = d.collection_id and k.kind = 'documents')
  for update of d;
  if not found then return false; end if;

  insert into aquifer.document_trash (id, collection_id, source, file_id, document)
  values (gone.id, gone.collection_id, gone.source, gone.file_id, to_jsonb(gone));
  insert into aquifer.trashed_chunks (document_id, ordinal, chunk)
  select c.document_id, c.ordinal, to_jsonb(c) from aquifer.chunks c where c.tenant_id = tenant and c.document_id = of_document;
  insert into aquifer.trashed_vectors (document_id, ordinal, space_id, window_no, embedding)
  select c.document_id, c.ordinal, v.space_id, v.window_no, v.embedding
  from aquifer.chunks c
  join aquifer.vector_spaces s on s.tenant_id = tenant and s.collection_id = gone.collection_id
  cross join lateral (
    select x.* from aquifer.vectors x where x.tenant_id = tenant and x.space_id = s.id and x.item_id = c.id offset 0
  ) v
  where c.tenant_id = tenant and c.document_id = of_document;

  delete from aquifer.documents d where d.tenant_id = tenant and d.id = of_document;
  return true;
end $$;

-- Takes a document out of the trash. Its chunks get new numbers, as those of any document that is written; its vectors count
-- where their space is still the one that is searched. Returns 'waiting' where it is to be embedded, else 'current'; null
-- where there is none.
create function aquifer.restore_document(of_document uuid) returns text
  language plpgsql volatile
  as $$
declare
  tenant constant text := aquifer.current_tenant();
  kept aquifer.document_trash;
  document aquifer.documents;
  amount integer;
  first integer;
begin
  select t.* into kept from aquifer.document_trash t where t.tenant_id = tenant and t.id = of_document for update;
  if not found then return null; end if;
  if exists (select from aquifer.documents d
             where d.tenant_id = tenant and d.collection_id = kept.collection_id and d.source = kept.source) then
    raise exception 'the source of this document has another one by now' using errcode = 'unique_violation';
  end if;

  document := jsonb_populate_record(null::aquifer.documents, kept.document);
  document.file_id := kept.file_id;
  if document.embedding_expired_at is null and exists (
    select from aquifer.trashed_chunks c
    where c.tenant_id = tenant and c.document_id = of_document and not exists (
      select from aquifer.trashed_vectors v
      join aquifer.vector_spaces s on s.tenant_id = tenant and s.id = v.space_id and s.state = 'active'
      where v.tenant_id = tenant and v.document_id = of_document and v.ordinal = c.ordinal))
  then
    document.embedding_expired_at := clock_timestamp();
  end if;

  perform set_config('aquifer.restoring', 'on', true);
  insert into aquifer.documents select document.*;
  select count(*) into amount from aquifer.trashed_chunks c where c.tenant_id = tenant and c.document_id = of_document;
  if amount > 0 then
    first := aquifer.allocate_item_ids(amount);
    insert into aquifer.chunks
    select r.*
    from (
      select c.chunk || jsonb_build_object('id', first - 1 + row_number() over (order by c.ordinal)) as chunk
      from aquifer.trashed_chunks c where c.tenant_id = tenant and c.document_id = of_document
    ) numbered
    cross join lateral jsonb_populate_record(null::aquifer.chunks, numbered.chunk) r
    order by r.id;
    insert into aquifer.vectors (space_id, item_id, window_no, embedding)
    select v.space_id, c.id, v.window_no, v.embedding
    from aquifer.trashed_vectors v
    join aquifer.vector_spaces s on s.tenant_id = tenant and s.id = v.space_id and s.state = 'active'
    join aquifer.chunks c on c.tenant_id = tenant and c.document_id = of_document and c.ordinal = v.ordinal
    where v.tenant_id = tenant and v.document_id = of_document;
  end if;
  delete from aquifer.document_trash t where t.tenant_id = tenant and t.id = of_document;
  perform set_config('aquifer.restoring', '', true);
  return case when document.embedding_expired_at is null then 'current' else 'waiting' end;
end $$;

-- Removes for good what has been in the trash for so many days. Returns how many documents.
create function aquifer.empty_trash(days integer, at_most integer default 1000) returns bigint
  language sql volatile
  begin atomic
    with over as (
      select t.tenant_id, t.id from aquifer.document_trash t
      where t.deleted_at < clock_timestamp() - make_interval(days => days) limit at_most
    ),
    removed as (
      delete from aquifer.document_trash t using over o where (t.tenant_id, t.id) = (o.tenant_id, o.id) returning 1
    )
    select count(*) from removed;
  end;
revoke execute on function aquifer.empty_trash from public;
grant execute on function aquifer.empty_trash to aquifer_system;

-- Whether a file is the original of nothing: of no document, of none in the trash, and of no upload that may become one.
create function aquifer.is_unused_original(tenant text, of_file uuid) returns boolean
  language sql stable
  begin atomic
    select not exists (select from aquifer.documents d where d.tenant_id = tenant and d.file_id = of_file)
      and not exists (select from aquifer.document_trash t where t.tenant_id = tenant and t.file_id = of_file)
      and not exists (select from aquifer.uploads u where u.tenant_id = tenant and u.file_id = of_file and u.status <> 'stored');
  end;

-- Removes originals that are of nothing any more. Returns how many.
create function aquifer.remove_unused_originals(at_most integer default 10000) returns bigint
  language sql volatile
  begin atomic
    with unused as (
      select f.tenant_id, f.id from aquifer.files f
      where f.purpose = 'document' and f.created_at < clock_timestamp() - interval '1 hour'
        and aquifer.is_unused_original(f.tenant_id, f.id)
      limit at_most
    ),
    removed as (
      delete from aquifer.files f using unused u where (f.tenant_id, f.id) = (u.tenant_id, u.id) returning 1
    )
    select count(*) from removed;
  end;
revoke execute on function aquifer.remove_unused_originals from public;
grant execute on function aquifer.remove_unused_originals to aquifer_system;

-- The audit of documents: what they are called, what is said of them, and hashes and lengths of what is in them. Passages of
-- rows are audited with their rows.
drop trigger documents_inserted on aquifer.documents;
drop trigger documents_updated on aquifer.documents;
drop trigger documents_deleted on aquifer.documents;

create or replace function aquifer.record_documents() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  actor constant text := aquifer.current_actor();
  roles constant text[] := aquifer.current_roles();
  request constant jsonb := aquifer.current_request();
  operation text := case when tg_op = 'INSERT' and current_setting('aquifer.restoring', true) = 'on' then 'restore'
                         else lower(tg_op) end;
begin
  if tg_op = 'UPDATE' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, changed, before, row, actor_id, roles, request,
                                 event, audited, versioned)
    select c.tenant_id, 'aquifer.documents', c.id::text, operation, 'aquifer.documents.update', c.changed,
           case when c.audited then (select jsonb_object_agg(o.key, o.value) from jsonb_each(c.old_row) o where o.key = any (c.changed)) end,
           case when c.audited then c.new_row end, actor, roles, request, true, c.audited, false
    from (
      select d.*, d.kind is distinct from 'entity' and d.changed <> '{}' as audited
      from (
        select n.tenant_id, n.id, k.kind, rows.old_row, rows.new_row,
               array(select e.key from jsonb_each(rows.new_row) e where e.value is distinct from rows.old_row -> e.key order by 1)
               || case when n.recipe_hash = '' and n.embedding_expired_at is distinct from o.embedding_expired_at
                         and n.content <> o.content then array['content'] else '{}' end as changed
        from new_rows n
        join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
        left join aquifer.collections k on k.tenant_id = n.tenant_id and k.id = n.collection_id
        cross join lateral (
          select jsonb_build_object('source', o.source, 'title', o.title, 'format', o.format, 'language', o.language,
                   'metadata', o.metadata, 'source_hash', o.source_hash, 'recipe_hash', o.recipe_hash,
                   'source_bytes', o.source_bytes, 'file_id', o.file_id, 'collection', k.name, 'collection_id', o.collection_id) as old_row,
                 jsonb_build_object('source', n.source, 'title', n.title, 'format', n.format, 'language', n.language,
                   'metadata', n.metadata, 'source_hash', n.source_hash, 'recipe_hash', n.recipe_hash,
                   'source_bytes', n.source_bytes, 'file_id', n.file_id, 'collection', k.name, 'collection_id', n.collection_id) as new_row
        ) rows
      ) d
    ) c;
  else
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, row, actor_id, roles, request, event, audited, versioned)
    select r.tenant_id, 'aquifer.documents', r.id::text, operation, 'aquifer.documents.' || operation,
           case when k.kind is distinct from 'entity' then
             jsonb_build_object('source', r.source, 'title', r.title, 'format', r.format, 'language', r.language,
               'metadata', r.metadata, 'source_hash', r.source_hash, 'recipe_hash', r.recipe_hash,
               'source_bytes', r.source_bytes, 'file_id', r.file_id, 'collection', k.name, 'collection_id', r.collection_id) end,
           actor, roles, request, true, k.kind is distinct from 'entity', false
    from rows r left join aquifer.collections k on k.tenant_id = r.tenant_id and k.id = r.collection_id;
  end if;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $$;

create trigger documents_inserted after insert on aquifer.documents referencing new table as rows
  for each statement execute function aquifer.record_documents();
create trigger documents_updated after update on aquifer.documents referencing old table as old_rows new table as new_rows
  for each statement execute function aquifer.record_documents();
create trigger documents_deleted after delete on aquifer.documents referencing old table as rows
  for each statement execute function aquifer.record_documents();

-- What leaves the trash and does not come back.
create function aquifer.record_purged_documents() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
begin
  if current_setting('aquifer.restoring', true) = 'on' then return null; end if;
  insert into aquifer.changes (tenant_id, entity, row_id, operation, action, row, actor_id, roles, request, event, audited, versioned)
  select r.tenant_id, 'aquifer.documents', r.id::text, 'purge', 'aquifer.documents.purge',
         jsonb_build_object('source', r.source, 'title', r.document -> 'title', 'source_hash', r.document -> 'source_hash',
           'source_bytes', r.document -> 'source_bytes', 'collection_id', r.collection_id),
         aquifer.current_actor(), aquifer.current_roles(), aquifer.current_request(), true, true, false
  from rows r;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $$;
revoke execute on function aquifer.record_purged_documents from public;
alter function aquifer.record_purged_documents owner to aquifer_system;
create trigger purged after delete on aquifer.document_trash referencing old table as rows
  for each statement execute function aquifer.record_purged_documents();

-- Who may not read a collection does not read of its documents in the ledger either.
create policy collection_readers on aquifer.changes as restrictive for select to aquifer_app
  using (entity <> 'aquifer.documents' or "row" is null or (select aquifer.reads_everything())
         or ("row" ->> 'collection_id')::integer = any ((select aquifer.readable_collections())::integer[]));

-- The chain is checked over every record of the tenant, also over those that whoever asks may not read.
alter function aquifer.verify_audit(bigint, bytea) security definer;
alter function aquifer.verify_audit(bigint, bytea) set search_path = pg_catalog, aquifer, pg_temp;
alter function aquifer.verify_audit(bigint, bytea) owner to aquifer_system;

-- Collections: what a tenant's documents are kept in. Each has its own chunking, model, language, retention and roles.

create table aquifer.collections (
  tenant_id  aquifer.tenant_id not null default aquifer.current_tenant(),
  id         integer generated always as identity,
  -- 'documents', or 'entity': the passages of the rows of the entity of that name.
  kind       text not null default 'documents' check (kind in ('documents', 'entity')),
  name       text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$'),
  -- Of documents that do not say theirs: a BCP 47 tag, or 'auto' to find it from the text.
  language   text not null default 'auto',
  -- { maxTokens, overlapTokens }; what is not there is as the layer has it.
  chunking   jsonb not null default '{}' check (jsonb_typeof(chunking) = 'object'),
  -- The embedding model; null for that of the layer.
  model      text,
  -- Documents that were not written for so long are removed; null keeps them.
  retention  interval,
  -- Roles that may read and write; null for everyone of the tenant.
  readers    text[],
  writers    text[],
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, kind, name)
);
call aquifer.isolate('aquifer.collections');

-- The collection of documents that name none. It comes into being with the first of them.
create function aquifer.default_collection() returns integer
  language plpgsql volatile
  as $$
declare
  found_id integer;
begin
  loop
    select id into found_id from aquifer.collections
    where tenant_id = aquifer.current_tenant() and kind = 'documents' and name = 'default';
    if found then return found_id; end if;
    insert into aquifer.collections (name) values ('default') on conflict do nothing;
  end loop;
end $$;

-- Whether the scope has one of the roles, or works for all of them.
create function aquifer.has_role_of(roles text[]) returns boolean
  language sql stable
  return roles is null or roles && coalesce(aquifer.current_roles(), '{}') or coalesce(aquifer.flagged('collections'), false);

create function aquifer.readable_collections() returns integer[]
  language sql stable
  begin atomic
    select coalesce(array_agg(id), '{}') from aquifer.collections
    where tenant_id = aquifer.current_tenant() and aquifer.has_role_of(readers);
  end;

create function aquifer.writable_collections() returns integer[]
  language sql stable
  begin atomic
    select coalesce(array_agg(id), '{}') from aquifer.collections
    where tenant_id = aquifer.current_tenant() and aquifer.has_role_of(writers) and aquifer.has_role_of(readers);
  end;

alter table aquifer.documents add column collection_id integer;

set local role aquifer_system;
insert into aquifer.collections (tenant_id, name) select distinct tenant_id, 'default' from aquifer.documents;
update aquifer.documents d set collection_id = c.id from aquifer.collections c where c.tenant_id = d.tenant_id;
reset role;

alter table aquifer.documents
  alter column collection_id set not null,
  alter column collection_id set default aquifer.default_collection(),
  add foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade,
  drop constraint documents_tenant_id_source_key,
  -- One document a source, in each collection.
  add unique (tenant_id, collection_id, source);

-- Roles hold for every writer and reader, not in one client.
create policy collection_readers on aquifer.documents as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_inserters on aquifer.documents as restrictive for insert to aquifer_app
  with check (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_updaters on aquifer.documents as restrictive for update to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_deleters on aquifer.documents as restrictive for delete to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));

-- Whether no collection is closed to the scope. It sees those that are.
create function aquifer.reads_everything() returns boolean
  language plpgsql stable security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
begin
  -- plpgsql keeps its plan: policies ask this in every search.
  return (select coalesce(bool_and(aquifer.has_role_of(readers)), true) from aquifer.collections
          where tenant_id = aquifer.current_tenant());
end $$;
alter function aquifer.reads_everything owner to aquifer_system;

-- A collection is seen by its readers, changed and removed by its writers.
create policy readers on aquifer.collections as restrictive for select to aquifer_app using (aquifer.has_role_of(readers));
create policy updaters on aquifer.collections as restrictive for update to aquifer_app using (aquifer.has_role_of(writers));
create policy deleters on aquifer.collections as restrictive for delete to aquifer_app using (aquifer.has_role_of(writers));

-- Chunks are read with their document.
create policy collection_readers on aquifer.chunks as restrictive for select to aquifer_app
  using ((select aquifer.reads_everything()) or document_id in (select id from aquifer.documents));

-- Its index entries would stay where they were.
create function aquifer.refuse_moved_document() returns trigger
  language plpgsql
  as $$
begin
  raise exception 'a document cannot move to another collection; ingest it there and delete it here'
    using errcode = 'restrict_violation';
end $$;
create trigger refuse_move before update of tenant_id, collection_id on aquifer.documents
  for each row when ((old.tenant_id, old.collection_id) is distinct from (new.tenant_id, new.collection_id))
  execute function aquifer.refuse_moved_document();

-- Removes documents that were not written for as long as their collection keeps them.
create function aquifer.remove_expired_documents(at_most integer default 1000) returns bigint
  language sql volatile
  begin atomic
    with expired as (
      select d.tenant_id, d.id from aquifer.documents d
      join aquifer.collections c on c.tenant_id = d.tenant_id and c.id = d.collection_id
      where c.retention is not null and d.updated_at < now() - c.retention
      limit at_most
    ),
    removed as (
      delete from aquifer.documents d using expired e where (d.tenant_id, d.id) = (e.tenant_id, e.id) returning 1
    )
    select count(*) from removed;
  end;
revoke execute on function aquifer.remove_expired_documents from public;
grant execute on function aquifer.remove_expired_documents to aquifer_system;

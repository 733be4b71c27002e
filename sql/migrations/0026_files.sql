-- Files: what is kept as it came. The bytes are in a store outside; what is here decides which of them count.

create table aquifer.files (
  tenant_id  aquifer.tenant_id not null default aquifer.current_tenant(),
  id         uuid not null default gen_random_uuid(),
  name       text not null check (length(name) between 1 and 1024),
  media_type text not null check (length(media_type) between 3 and 255),
  -- Of the bytes, hexadecimal: they are found by it, and kept once for a tenant.
  sha256     text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes      bigint not null check (bytes >= 0),
  -- What it is for: 'document' is the original of one.
  purpose    text not null check (length(purpose) between 1 and 128),
  -- The store that has the bytes: 'local:<id>' is a folder of one machine.
  store      text not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by text default aquifer.current_actor(),
  expires_at timestamptz,
  primary key (tenant_id, id)
);
call aquifer.isolate('aquifer.files');
create index files_newest on aquifer.files (tenant_id, created_at, id);
create index files_of_content on aquifer.files (sha256, tenant_id);
create index files_expiring on aquifer.files (expires_at) where expires_at is not null;

-- A file is what was received: it is not changed, but for when it ends.
revoke update on aquifer.files from aquifer_app;
grant update (name, expires_at) on aquifer.files to aquifer_app;

-- Where a store keeps what is a tenant's: no tenant's id becomes a path.
create function aquifer.file_space(tenant text) returns text
  language sql immutable parallel safe
  return left(encode(sha256(convert_to(tenant, 'UTF8')), 'hex'), 32);

-- Holds one content of a store until the transaction ends: whoever keeps it, and whoever removes it, come one after the other.
create function aquifer.hold_content(space text, sha256 text) returns void
  language sql volatile
  return pg_advisory_xact_lock(hashtextextended('aquifer file ' || space || '/' || sha256, 0));

-- The contents of a store that no file refers to. Each: <space>/<sha256>.
create function aquifer.unused_contents(of_store text, keys text[]) returns setof text
  language sql stable
  begin atomic
    select k from unnest(keys) as k
    where not exists (
      select from aquifer.files f
      where f.sha256 = split_part(k, '/', 2) and f.store = of_store and aquifer.file_space(f.tenant_id) = split_part(k, '/', 1));
  end;
revoke execute on function aquifer.unused_contents from public;
grant execute on function aquifer.unused_contents to aquifer_system;

-- The original of a document.
alter table aquifer.documents add column file_id uuid;
alter table aquifer.documents
  add foreign key (tenant_id, file_id) references aquifer.files on delete set null (file_id);
create index documents_of_file on aquifer.documents (tenant_id, file_id) where file_id is not null;

-- Uploads: files on their way to being documents.
create table aquifer.uploads (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  id            uuid not null default gen_random_uuid(),
  file_id       uuid,
  file_name     text not null,
  bytes         bigint not null,
  collection    text not null,
  source        text not null,
  title         text,
  metadata      jsonb,
  language      text,
  status        text not null default 'queued' check (status in ('queued', 'processing', 'stored', 'failed')),
  document_id   uuid,
  error_code    text,
  error_message text,
  error_hint    text,
  -- Of whoever sent it: the document is written with their rights, and in their name.
  roles         text[] default aquifer.current_roles(),
  request       jsonb default aquifer.current_request(),
  created_at    timestamptz not null default clock_timestamp(),
  created_by    text default aquifer.current_actor(),
  started_at    timestamptz,
  finished_at   timestamptz,
  attempts      integer not null default 0,
  -- Who works on it; until when it is left to them, or is not tried again.
  claim         uuid,
  held_until    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, file_id) references aquifer.files on delete set null (file_id)
);
call aquifer.isolate('aquifer.uploads');
create index uploads_newest on aquifer.uploads (tenant_id, created_at, id);
create index uploads_open on aquifer.uploads (tenant_id, created_at) where status in ('queued', 'processing');
create index uploads_started on aquifer.uploads (tenant_id, started_at) where started_at is not null;
create index uploads_of_file on aquifer.uploads (tenant_id, file_id) where file_id is not null;

-- The next upload whose file is in one of the stores: of the tenant that has the fewest in work, and was served longest ago.
create function aquifer.claim_upload(stores text[], hold interval) returns setof aquifer.uploads
  language plpgsql volatile
  as $$
declare
  turn record;
  chosen aquifer.uploads;
begin
  for turn in
    select w.tenant_id from (
      select u.tenant_id, min(u.created_at) as oldest,
             count(*) filter (where u.status = 'processing' and u.held_until >= clock_timestamp()) as running
      from aquifer.uploads u where u.status in ('queued', 'processing') group by 1
    ) w
    order by w.running, (select max(s.started_at) from aquifer.uploads s
                         where s.tenant_id = w.tenant_id and s.started_at is not null) nulls first, w.oldest
  loop
    select u.* into chosen from aquifer.uploads u
    join aquifer.files f on f.tenant_id = u.tenant_id and f.id = u.file_id and f.store = any (stores)
    where u.tenant_id = turn.tenant_id
      and u.status in ('queued', 'processing') and coalesce(u.held_until, '-infinity') < clock_timestamp()
    order by u.created_at limit 1 for update of u skip locked;
    if found then
      return query
        update aquifer.uploads u
        set status = 'processing', claim = gen_random_uuid(), held_until = clock_timestamp() + hold,
            started_at = clock_timestamp(), attempts = u.attempts + 1
        where (u.tenant_id, u.id) = (chosen.tenant_id, chosen.id) returning u.*;
      return;
    end if;
  end loop;
end $$;
revoke execute on function aquifer.claim_upload from public;
grant execute on function aquifer.claim_upload to aquifer_system;

-- Uploads tell how far they are.
create function aquifer.record_uploads() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  actor text := aquifer.current_actor();
begin
  if tg_op = 'DELETE' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.uploads', id::text, 'delete', 'aquifer.uploads.delete', actor, true, false, false from old_rows;
  elsif tg_op = 'INSERT' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.uploads', id::text, 'insert', 'aquifer.uploads.insert', actor, true, false, false from new_rows;
  else
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, changed, actor_id, event, audited, versioned)
    select n.tenant_id, 'aquifer.uploads', n.id::text, 'update', 'aquifer.uploads.' || n.status, array['status'], actor, true, false, false
    from new_rows n join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id where n.status <> o.status;
  end if;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $$;
revoke execute on function aquifer.record_uploads from public;
alter function aquifer.record_uploads owner to aquifer_system;

create trigger uploads_inserted after insert on aquifer.uploads referencing new table as new_rows
  for each statement execute function aquifer.record_uploads();
create trigger uploads_updated after update on aquifer.uploads referencing old table as old_rows new table as new_rows
  for each statement execute function aquifer.record_uploads();
create trigger uploads_deleted after delete on aquifer.uploads referencing old table as old_rows
  for each statement execute function aquifer.record_uploads();

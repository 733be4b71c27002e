-- Knowledge documents, their chunks, and the vectors of the chunks.

create table aquifer.documents (
  tenant_id    aquifer.tenant_id not null default aquifer.current_tenant(),
  id           uuid not null default gen_random_uuid(),
  -- Where it came from: a file path or the caller's own key. One document a source.
  source       text not null check (length(source) between 1 and 4096),
  title        text not null,
  format       text not null,
  language     text not null default 'en',
  metadata     jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  -- The whole extracted text; the offsets of chunks point into it.
  content      text not null,
  -- SHA-256, hexadecimal: of the source bytes, and of everything else the stored rows depend on.
  source_hash  text not null,
  recipe_hash  text not null,
  source_bytes bigint not null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  created_by   text default aquifer.current_actor(),
  updated_by   text default aquifer.current_actor(),
  primary key (tenant_id, id),
  unique (tenant_id, source)
);
call aquifer.isolate('aquifer.documents');

-- Whether metadata has each value of a filter, compared as text; a list matches by any of its elements.
-- Not `@>` on a GIN index: its function is not leakproof, so row-level security would set the index aside.
create function aquifer.metadata_matches(metadata jsonb, filter jsonb) returns boolean
  language sql immutable
  return not exists (
    select from jsonb_each_text(filter) as wanted
    where not coalesce(
      case jsonb_typeof(metadata -> wanted.key)
        when 'array' then (metadata -> wanted.key) ? wanted.value
        else metadata ->> wanted.key = wanted.value
      end, false));

-- Chunks are numbered within their tenant: a number reveals nothing of other tenants, and is small
-- enough to be stored by the hundred in one posting.
create table aquifer.chunk_counters (
  tenant_id aquifer.tenant_id primary key,
  last_id   integer not null
);
call aquifer.isolate('aquifer.chunk_counters');

create table aquifer.chunks (
  tenant_id    aquifer.tenant_id not null default aquifer.current_tenant(),
  id           integer not null,
  document_id  uuid not null,
  ordinal      integer not null,
  -- Title and heading path: searched together with the content, not part of it.
  context      text not null default '',
  content      text not null,
  -- SHA-256 of context and content, hexadecimal: an unchanged chunk keeps its row and its vectors.
  hash         text not null,
  -- UTF-16 code units into documents.content.
  start_offset integer not null,
  end_offset   integer not null,
  tokens       integer not null,
  page         integer,
  last_page    integer,
  heading_path text[] not null default '{}',
  -- [{ start, page, headingPath }]: pages and headings within the chunk, start counted as start_offset is.
  sections     jsonb not null default '[]',
  primary key (tenant_id, id),
  foreign key (tenant_id, document_id) references aquifer.documents on delete cascade,
  unique (tenant_id, document_id, ordinal) deferrable initially deferred
);
call aquifer.isolate('aquifer.chunks');

create function aquifer.allocate_chunk_ids(amount integer) returns integer
  language sql volatile
  begin atomic
    insert into aquifer.chunk_counters as counter (tenant_id, last_id)
    values (aquifer.current_tenant(), amount)
    on conflict (tenant_id) do update set last_id = counter.last_id + amount
    returning last_id - amount + 1;
  end;

-- One row a window. The column has no dimension: models differ, and each row names its model.
create table aquifer.chunk_embeddings (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  model     text not null,
  chunk_id  integer not null,
  window_no integer not null,
  embedding halfvec not null,
  primary key (tenant_id, chunk_id, model, window_no),
  foreign key (tenant_id, chunk_id) references aquifer.chunks on delete cascade
);
call aquifer.isolate('aquifer.chunk_embeddings');

-- The signs of the same vectors, 64 bytes instead of 1 KiB for 512 dimensions. A first pass over these
-- narrow rows finds the candidates that the exact vectors then rank.
create table aquifer.chunk_signatures (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  model     text not null,
  chunk_id  integer not null,
  window_no integer not null,
  signature bit varying not null,
  -- The model comes first here: a search scans all windows of one model.
  primary key (tenant_id, model, chunk_id, window_no),
  foreign key (tenant_id, chunk_id, model, window_no) references aquifer.chunk_embeddings on delete cascade
);
call aquifer.isolate('aquifer.chunk_signatures');

create function aquifer.sign_embeddings() returns trigger
  language plpgsql
  as $$
begin
  insert into aquifer.chunk_signatures (tenant_id, model, chunk_id, window_no, signature)
  select tenant_id, model, chunk_id, window_no, binary_quantize(embedding) from added
  on conflict (tenant_id, model, chunk_id, window_no) do update set signature = excluded.signature;
  return null;
end $$;

create trigger sign_inserted after insert on aquifer.chunk_embeddings
  referencing new table as added for each statement execute function aquifer.sign_embeddings();
create trigger sign_updated after update on aquifer.chunk_embeddings
  referencing new table as added for each statement execute function aquifer.sign_embeddings();

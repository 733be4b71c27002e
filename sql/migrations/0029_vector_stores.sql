-- Vector stores: collections as the OpenAI-compatible API has them. What it asks of a collection beyond what one is.

alter table aquifer.collections
  add column vector_store_id text not null default 'vs_' || replace(gen_random_uuid()::text, '-', ''),
  -- What it is called there; null: its name.
  add column title text check (length(title) between 1 and 256),
  add column labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  -- Days without use after which it counts as expired; null: never.
  add column expires_after_days integer check (expires_after_days between 1 and 365),
  add column last_active_at timestamptz not null default now(),
  add unique (tenant_id, vector_store_id);

-- Files that were added together.
create table aquifer.vector_store_batches (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  id            text not null default 'vsfb_' || replace(gen_random_uuid()::text, '-', ''),
  collection_id integer not null,
  cancelled     boolean not null default false,
  created_at    timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade
);
call aquifer.isolate('aquifer.vector_store_batches');
create index vector_store_batches_of_collection on aquifer.vector_store_batches (tenant_id, collection_id);

-- Files of a collection. How far each is, its upload and its document tell.
create table aquifer.vector_store_files (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  collection_id integer not null,
  file_id       uuid not null,
  -- No reference: uploads are forgotten some time after they are over.
  upload_id     uuid,
  batch_id      text,
  attributes    jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  cancelled     boolean not null default false,
  created_at    timestamptz not null default clock_timestamp(),
  primary key (tenant_id, collection_id, file_id),
  foreign key (tenant_id, collection_id) references aquifer.collections on delete cascade,
  foreign key (tenant_id, file_id) references aquifer.files on delete cascade,
  foreign key (tenant_id, batch_id) references aquifer.vector_store_batches on delete set null (batch_id)
);
call aquifer.isolate('aquifer.vector_store_files');
create index vector_store_files_of_file on aquifer.vector_store_files (tenant_id, file_id);
create index vector_store_files_of_batch on aquifer.vector_store_files (tenant_id, batch_id) where batch_id is not null;

-- As documents are: by the readers of their collection, and its writers.
create policy collection_readers on aquifer.vector_store_batches as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_inserters on aquifer.vector_store_batches as restrictive for insert to aquifer_app
  with check (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_updaters on aquifer.vector_store_batches as restrictive for update to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_deleters on aquifer.vector_store_batches as restrictive for delete to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_readers on aquifer.vector_store_files as restrictive for select to aquifer_app
  using (collection_id = any ((select aquifer.readable_collections())::integer[]));
create policy collection_inserters on aquifer.vector_store_files as restrictive for insert to aquifer_app
  with check (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_updaters on aquifer.vector_store_files as restrictive for update to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));
create policy collection_deleters on aquifer.vector_store_files as restrictive for delete to aquifer_app
  using (collection_id = any ((select aquifer.writable_collections())::integer[]));

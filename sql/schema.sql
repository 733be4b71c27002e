-- The schema that all migrations together make, as PostgreSQL's catalogue tells it: to read, and to see in a
-- review what a migration changes. Not a script: objects are in the order of their names.
-- Written by: npm run schema:dump

-- extensions

create extension citext;
create extension pg_trgm;
create extension unaccent;
create extension vector;

-- schemas

create schema aquifer;
grant create, usage on schema aquifer to aquifer_system;
grant usage on schema aquifer to aquifer_app;

-- domains

create domain aquifer.tenant_id as text
  constraint tenant_id_length CHECK (((length(VALUE) >= 1) AND (length(VALUE) <= 128)));

-- text search configurations

create text search configuration aquifer.english
  asciihword with english_stem
  asciiword with english_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with public.unaccent, english_stem
  hword_asciipart with english_stem
  hword_numpart with simple
  hword_part with public.unaccent, english_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with public.unaccent, english_stem;

-- sequences

create sequence aquifer.change_ids;
grant usage on sequence aquifer.change_ids to aquifer_system;

create sequence aquifer.write_behind_sequence;
grant usage on sequence aquifer.write_behind_sequence to aquifer_app;
grant usage on sequence aquifer.write_behind_sequence to aquifer_system;

-- tables

create table aquifer.audit_sealed (
  singleton boolean default true not null,
  until pg_snapshot not null,
  constraint audit_sealed_pkey PRIMARY KEY (singleton),
  constraint audit_sealed_singleton_check CHECK (singleton)
);
grant select on aquifer.audit_sealed to aquifer_app;
grant select, update on aquifer.audit_sealed to aquifer_system;

create table aquifer.audit_seals (
  tenant_id text not null,
  seq bigint not null,
  change_ids bigint[] not null,
  digests bytea[] not null,
  previous bytea not null,
  digest bytea not null,
  sealed_at timestamp with time zone default clock_timestamp() not null,
  constraint audit_seals_pkey PRIMARY KEY (tenant_id, seq)
);
alter table aquifer.audit_seals enable row level security;
alter table aquifer.audit_seals force row level security;
create policy system_append on aquifer.audit_seals as permissive for insert to aquifer_system
  with check (true);
create policy system_read on aquifer.audit_seals as permissive for select to aquifer_system
  using (true);
create policy tenant_isolation on aquifer.audit_seals as permissive for select to aquifer_app
  using ((tenant_id = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant insert, select on aquifer.audit_seals to aquifer_system;
grant select on aquifer.audit_seals to aquifer_app;

create table aquifer.branch_revisions (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  entity text not null,
  row_id text not null,
  name text not null,
  number integer not null,
  "row" jsonb not null,
  changed text[] not null,
  at timestamp with time zone default clock_timestamp() not null,
  actor_id text default aquifer.current_actor(),
  constraint branch_revisions_pkey PRIMARY KEY (tenant_id, entity, row_id, name, number),
  constraint branch_revisions_tenant_id_entity_row_id_name_fkey FOREIGN KEY (tenant_id, entity, row_id, name) REFERENCES aquifer.branches(tenant_id, entity, row_id, name) ON DELETE CASCADE
);
alter table aquifer.branch_revisions enable row level security;
alter table aquifer.branch_revisions force row level security;
create policy system_access on aquifer.branch_revisions as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.branch_revisions as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.branch_revisions to aquifer_app;
grant delete, insert, select, update on aquifer.branch_revisions to aquifer_system;

create table aquifer.branches (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  entity text not null,
  row_id text not null,
  name text not null,
  state text default 'open'::text not null,
  base_revision bigint not null,
  base jsonb not null,
  merged_revision bigint,
  created_at timestamp with time zone default now() not null,
  created_by text default aquifer.current_actor(),
  constraint branches_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128))),
  constraint branches_pkey PRIMARY KEY (tenant_id, entity, row_id, name),
  constraint branches_state_check CHECK ((state = ANY (ARRAY['open'::text, 'merged'::text, 'abandoned'::text])))
);
alter table aquifer.branches enable row level security;
alter table aquifer.branches force row level security;
create policy system_access on aquifer.branches as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.branches as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.branches to aquifer_app;
grant delete, insert, select, update on aquifer.branches to aquifer_system;

create table aquifer.cache_entries (
  name text collate "C" not null,
  value bytea,
  expires_at timestamp with time zone,
  holder text,
  lease_ends_at timestamp with time zone,
  failed_holder text,
  failure bytea,
  failure_ends_at timestamp with time zone,
  forget_at timestamp with time zone not null,
  constraint cache_entries_pkey PRIMARY KEY (name)
);
CREATE INDEX cache_entries_to_forget ON aquifer.cache_entries USING btree (forget_at);
grant delete, insert, select, update on aquifer.cache_entries to aquifer_system;

create table aquifer.cache_invalidations (
  id bigint generated always as identity not null,
  xid xid8 default pg_current_xact_id() not null,
  at timestamp with time zone default clock_timestamp() not null,
  origin text not null,
  keys text[] not null,
  marks text[] not null,
  constraint cache_invalidations_pkey PRIMARY KEY (id)
);
CREATE INDEX cache_invalidations_xid ON aquifer.cache_invalidations USING btree (xid);
grant delete, insert, select on aquifer.cache_invalidations to aquifer_system;

create table aquifer.cache_log (
  store text collate "C" not null,
  n bigint not null,
  at timestamp with time zone default clock_timestamp() not null,
  entry text not null,
  constraint cache_log_pkey PRIMARY KEY (store, n)
);
grant delete, insert, select, update on aquifer.cache_log to aquifer_system;

create table aquifer.cache_marks (
  name text collate "C" not null,
  token uuid default gen_random_uuid() not null,
  expires_at timestamp with time zone default (clock_timestamp() + '32 days'::interval) not null,
  constraint cache_marks_pkey PRIMARY KEY (name)
);
CREATE INDEX cache_marks_to_forget ON aquifer.cache_marks USING btree (expires_at);
grant delete, insert, select, update on aquifer.cache_marks to aquifer_system;

create table aquifer.cache_stores (
  store text collate "C" not null,
  epoch uuid default gen_random_uuid() not null,
  feed_token text,
  feed_ends_at timestamp with time zone,
  "position" text,
  constraint cache_stores_pkey PRIMARY KEY (store)
);
grant delete, insert, select, update on aquifer.cache_stores to aquifer_system;

create table aquifer.changes (
  id bigint default nextval('aquifer.change_ids'::regclass) not null,
  at timestamp with time zone default clock_timestamp() not null,
  xid xid8 default pg_current_xact_id() not null,
  tenant_id text collate "C" not null,
  entity text collate "C" not null,
  row_id text collate "C" not null,
  operation text not null,
  action text not null,
  result text default 'ok'::text not null,
  revision bigint,
  changed text[],
  before jsonb,
  "row" jsonb,
  actor_id text,
  roles text[],
  request jsonb,
  event boolean not null,
  audited boolean not null,
  versioned boolean not null,
  constraint changes_operation_check CHECK ((operation = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text, 'restore'::text, 'purge'::text, 'log'::text]))),
  constraint changes_pkey PRIMARY KEY (tenant_id, at, id)
) partition by RANGE (at);
CREATE INDEX changes_of_row ON ONLY aquifer.changes USING btree (row_id, tenant_id, entity, revision);
CREATE INDEX changes_of_transaction ON ONLY aquifer.changes USING btree (xid);
alter table aquifer.changes enable row level security;
alter table aquifer.changes force row level security;
create policy system_append on aquifer.changes as permissive for insert to aquifer_system
  with check (true);
create policy system_prune on aquifer.changes as permissive for delete to aquifer_system
  using (((NOT audited) AND (NOT versioned)));
create policy system_read on aquifer.changes as permissive for select to aquifer_system
  using (true);
create policy tenant_isolation on aquifer.changes as permissive for select to aquifer_app
  using ((tenant_id = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select on aquifer.changes to aquifer_system;
grant select on aquifer.changes to aquifer_app;

create table aquifer.changes_default partition of aquifer.changes DEFAULT;
alter table aquifer.changes_default enable row level security;
alter table aquifer.changes_default force row level security;

create table aquifer.chunk_counters (
  tenant_id aquifer.tenant_id not null,
  last_id integer not null,
  constraint chunk_counters_pkey PRIMARY KEY (tenant_id)
);
alter table aquifer.chunk_counters enable row level security;
alter table aquifer.chunk_counters force row level security;
create policy system_access on aquifer.chunk_counters as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.chunk_counters as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.chunk_counters to aquifer_app;
grant delete, insert, select, update on aquifer.chunk_counters to aquifer_system;

create table aquifer.chunk_embeddings (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  model text not null,
  chunk_id integer not null,
  window_no integer not null,
  embedding public.halfvec not null,
  constraint chunk_embeddings_pkey PRIMARY KEY (tenant_id, chunk_id, model, window_no),
  constraint chunk_embeddings_tenant_id_chunk_id_fkey FOREIGN KEY (tenant_id, chunk_id) REFERENCES aquifer.chunks(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.chunk_embeddings enable row level security;
alter table aquifer.chunk_embeddings force row level security;
create policy system_access on aquifer.chunk_embeddings as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.chunk_embeddings as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER sign_inserted AFTER INSERT ON aquifer.chunk_embeddings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.sign_embeddings();
CREATE TRIGGER sign_updated AFTER UPDATE ON aquifer.chunk_embeddings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.sign_embeddings();
grant delete, insert, select, update on aquifer.chunk_embeddings to aquifer_app;
grant delete, insert, select, update on aquifer.chunk_embeddings to aquifer_system;

create table aquifer.chunk_signatures (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  model text not null,
  chunk_id integer not null,
  window_no integer not null,
  signature bit varying not null,
  constraint chunk_signatures_pkey PRIMARY KEY (tenant_id, model, chunk_id, window_no),
  constraint chunk_signatures_tenant_id_chunk_id_model_window_no_fkey FOREIGN KEY (tenant_id, chunk_id, model, window_no) REFERENCES aquifer.chunk_embeddings(tenant_id, chunk_id, model, window_no) ON DELETE CASCADE
);
alter table aquifer.chunk_signatures enable row level security;
alter table aquifer.chunk_signatures force row level security;
create policy system_access on aquifer.chunk_signatures as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.chunk_signatures as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.chunk_signatures to aquifer_app;
grant delete, insert, select, update on aquifer.chunk_signatures to aquifer_system;

create table aquifer.chunks (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id integer not null,
  document_id uuid not null,
  ordinal integer not null,
  context text default ''::text not null,
  content text not null,
  hash text not null,
  start_offset integer not null,
  end_offset integer not null,
  tokens integer not null,
  page integer,
  last_page integer,
  heading_path text[] default '{}'::text[] not null,
  sections jsonb default '[]'::jsonb not null,
  constraint chunks_pkey PRIMARY KEY (tenant_id, id),
  constraint chunks_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES aquifer.documents(tenant_id, id) ON DELETE CASCADE,
  constraint chunks_tenant_id_document_id_ordinal_key UNIQUE (tenant_id, document_id, ordinal) DEFERRABLE INITIALLY DEFERRED
);
alter table aquifer.chunks enable row level security;
alter table aquifer.chunks force row level security;
create policy system_access on aquifer.chunks as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.chunks as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER analyse_added AFTER INSERT ON aquifer.chunks REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.analyse_added_chunks();
CREATE TRIGGER refuse_edit BEFORE UPDATE OF id, tenant_id, context, content ON aquifer.chunks FOR EACH ROW WHEN (((((old.id IS DISTINCT FROM new.id) OR ((old.tenant_id)::text IS DISTINCT FROM (new.tenant_id)::text)) OR (old.context IS DISTINCT FROM new.context)) OR (old.content IS DISTINCT FROM new.content))) EXECUTE FUNCTION aquifer.refuse_edited_chunk();
grant delete, insert, select, update on aquifer.chunks to aquifer_app;
grant delete, insert, select, update on aquifer.chunks to aquifer_system;

create table aquifer.data_keys (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  purpose text not null,
  version integer not null,
  wrapped bytea,
  provider text not null,
  created_at timestamp with time zone default now() not null,
  created_in xid8 default pg_current_xact_id() not null,
  active_from timestamp with time zone default now() not null,
  retired_at timestamp with time zone,
  destroyed_at timestamp with time zone,
  constraint data_keys_check CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
  constraint data_keys_pkey PRIMARY KEY (tenant_id, purpose, version),
  constraint data_keys_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 2048))),
  constraint data_keys_purpose_check CHECK ((purpose = ANY (ARRAY['data'::text, 'index'::text]))),
  constraint data_keys_version_check CHECK (((version >= 1) AND (version <= 999999999))),
  constraint data_keys_wrapped_check CHECK (((octet_length(wrapped) >= 32) AND (octet_length(wrapped) <= 8192)))
);
alter table aquifer.data_keys enable row level security;
alter table aquifer.data_keys force row level security;
create policy system_access on aquifer.data_keys as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.data_keys as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER keep_data_key BEFORE UPDATE ON aquifer.data_keys FOR EACH ROW EXECUTE FUNCTION aquifer.keep_data_key();
grant insert, select on aquifer.data_keys to aquifer_app;
grant insert, select, update on aquifer.data_keys to aquifer_system;

create table aquifer.documents (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id uuid default gen_random_uuid() not null,
  source text not null,
  title text not null,
  format text not null,
  language text default 'en'::text not null,
  metadata jsonb default '{}'::jsonb not null,
  content text not null,
  source_hash text not null,
  recipe_hash text not null,
  source_bytes bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  created_by text default aquifer.current_actor(),
  updated_by text default aquifer.current_actor(),
  constraint documents_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
  constraint documents_pkey PRIMARY KEY (tenant_id, id),
  constraint documents_source_check CHECK (((length(source) >= 1) AND (length(source) <= 4096))),
  constraint documents_tenant_id_source_key UNIQUE (tenant_id, source)
);
alter table aquifer.documents enable row level security;
alter table aquifer.documents force row level security;
create policy system_access on aquifer.documents as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.documents as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER documents_deleted AFTER DELETE ON aquifer.documents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
CREATE TRIGGER documents_inserted AFTER INSERT ON aquifer.documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
CREATE TRIGGER documents_updated AFTER UPDATE ON aquifer.documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
grant delete, insert, select, update on aquifer.documents to aquifer_app;
grant delete, insert, select, update on aquifer.documents to aquifer_system;

create table aquifer.entities (
  entity text not null,
  table_name regclass not null,
  tenant_column name not null,
  key_columns name[] not null,
  soft_delete boolean not null,
  retention interval,
  audited boolean not null,
  versioned boolean not null,
  events boolean not null,
  timestamps boolean not null,
  encrypted name[] not null,
  searchable jsonb not null,
  keys text not null,
  added_columns name[] default '{}'::name[] not null,
  replaced_keys jsonb default '[]'::jsonb not null,
  adopted_at timestamp with time zone default now() not null,
  constraint entities_pkey PRIMARY KEY (entity),
  constraint entities_table_name_key UNIQUE (table_name)
);
grant select on aquifer.entities to aquifer_app;
grant select on aquifer.entities to aquifer_system;

create table aquifer.lexical_blocks (
  tenant_id aquifer.tenant_id not null,
  block integer not null,
  first_id integer not null,
  last_id integer not null,
  entries integer not null,
  constraint lexical_blocks_pkey PRIMARY KEY (tenant_id, block)
);
alter table aquifer.lexical_blocks enable row level security;
alter table aquifer.lexical_blocks force row level security;
create policy system_access on aquifer.lexical_blocks as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_blocks as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_blocks to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_blocks to aquifer_system;

create table aquifer.lexical_entries (
  tenant_id aquifer.tenant_id not null,
  chunk_id integer not null,
  length integer not null,
  lexemes tsvector not null,
  constraint lexical_entries_pkey PRIMARY KEY (tenant_id, chunk_id),
  constraint lexical_entries_tenant_id_chunk_id_fkey FOREIGN KEY (tenant_id, chunk_id) REFERENCES aquifer.chunks(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.lexical_entries enable row level security;
alter table aquifer.lexical_entries force row level security;
create policy system_access on aquifer.lexical_entries as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_entries as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER count_added AFTER INSERT ON aquifer.lexical_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.count_added_entries();
CREATE TRIGGER count_removed AFTER DELETE ON aquifer.lexical_entries REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.count_removed_entries();
grant delete, insert, select, update on aquifer.lexical_entries to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_entries to aquifer_system;

create table aquifer.lexical_postings (
  tenant_id aquifer.tenant_id not null,
  lexeme text not null,
  block integer not null,
  chunk_ids integer[] not null,
  frequencies smallint[] not null,
  lengths integer[] not null,
  constraint lexical_postings_pkey PRIMARY KEY (tenant_id, lexeme, block)
);
CREATE INDEX lexical_postings_block ON aquifer.lexical_postings USING btree (tenant_id, block);
alter table aquifer.lexical_postings enable row level security;
alter table aquifer.lexical_postings force row level security;
create policy system_access on aquifer.lexical_postings as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_postings as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_postings to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_postings to aquifer_system;

create table aquifer.lexical_statistics (
  tenant_id aquifer.tenant_id not null,
  entries integer not null,
  total_length bigint not null,
  folded_to integer default 0 not null,
  last_block integer default 0 not null,
  constraint lexical_statistics_pkey PRIMARY KEY (tenant_id)
);
alter table aquifer.lexical_statistics enable row level security;
alter table aquifer.lexical_statistics force row level security;
create policy system_access on aquifer.lexical_statistics as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_statistics as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_statistics to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_statistics to aquifer_system;

create table aquifer.migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (version)
);

create table aquifer.relations (
  child regclass not null,
  child_columns name[] not null,
  parent regclass not null,
  on_soft_delete text not null,
  constraint relations_on_soft_delete_check CHECK ((on_soft_delete = ANY (ARRAY['cascade'::text, 'restrict'::text, 'set null'::text, 'keep'::text]))),
  constraint relations_pkey PRIMARY KEY (child, child_columns, parent)
);
grant select on aquifer.relations to aquifer_app;
grant select on aquifer.relations to aquifer_system;

create table aquifer.subscriptions (
  name text not null,
  done pg_snapshot not null,
  until pg_snapshot,
  after_id bigint default 0 not null,
  handled bigint default 0 not null,
  updated_at timestamp with time zone default clock_timestamp() not null,
  constraint subscriptions_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128))),
  constraint subscriptions_pkey PRIMARY KEY (name)
);
grant delete, insert, select, update on aquifer.subscriptions to aquifer_system;

create table aquifer.write_behind (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  queue text collate "C" not null,
  key text collate "C" not null,
  value json not null,
  sequence bigint default nextval('aquifer.write_behind_sequence'::regclass) not null,
  actor_id text,
  first_at timestamp with time zone default clock_timestamp() not null,
  due_at timestamp with time zone not null,
  claimed_by uuid,
  claimed_at timestamp with time zone,
  claimed_until timestamp with time zone,
  attempts integer default 0 not null,
  reason text,
  dead_at timestamp with time zone,
  constraint write_behind_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 1024))),
  constraint write_behind_pkey PRIMARY KEY (tenant_id, queue, key),
  constraint write_behind_queue_check CHECK (((length(queue) >= 1) AND (length(queue) <= 128)))
);
CREATE INDEX write_behind_waiting ON aquifer.write_behind USING btree (queue, first_at) WHERE (dead_at IS NULL);
alter table aquifer.write_behind enable row level security;
alter table aquifer.write_behind force row level security;
create policy system_access on aquifer.write_behind as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.write_behind as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.write_behind to aquifer_app;
grant delete, insert, select, update on aquifer.write_behind to aquifer_system;

-- views

create view aquifer.audit with (security_invoker=true) as
 SELECT id,
    at,
    tenant_id,
    entity,
    row_id,
    operation,
    action,
    result,
    revision,
    changed,
    aquifer.masked(entity, before) AS before,
    aquifer.masked(entity, "row") AS "row",
    actor_id,
    roles,
    (request ->> 'requestId'::text) AS request_id,
    (request ->> 'ip'::text) AS ip,
    (request ->> 'userAgent'::text) AS user_agent,
    (request -> 'details'::text) AS details
   FROM aquifer.changes
  WHERE audited;
grant select on aquifer.audit to aquifer_app;
grant select on aquifer.audit to aquifer_system;

create view aquifer.history with (security_invoker=true) as
 SELECT tenant_id,
    entity,
    row_id,
    revision,
    at,
    operation,
    changed,
    before,
    "row",
    actor_id,
    id
   FROM aquifer.changes
  WHERE (versioned AND (operation <> 'log'::text));
grant select on aquifer.history to aquifer_app;
grant select on aquifer.history to aquifer_system;

-- functions and procedures

CREATE OR REPLACE PROCEDURE aquifer.add_trait_column(IN target regclass, IN wanted name, IN definition text)
 LANGUAGE plpgsql
AS $procedure$
begin
  if aquifer.has_column(target, wanted) then
    call aquifer.check_trait_column(target, wanted);
    return;
  end if;
  execute format('alter table %s add column %I %s', target, wanted, definition);
  update aquifer.entities set added_columns = added_columns || wanted where table_name = target;
end $procedure$;

CREATE OR REPLACE PROCEDURE aquifer.add_trait_columns(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  adopted aquifer.entities;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  if adopted.soft_delete then
    call aquifer.add_trait_column(target, 'deleted_at', 'timestamptz');
    call aquifer.add_trait_column(target, 'deleted_by', 'text');
  end if;
  if adopted.versioned or adopted.events then
    call aquifer.add_trait_column(target, 'revision', 'bigint not null default 1');
  end if;
  if adopted.timestamps then
    call aquifer.add_trait_column(target, 'created_at', 'timestamptz not null default now()');
    call aquifer.add_trait_column(target, 'updated_at', 'timestamptz not null default now()');
    call aquifer.add_trait_column(target, 'created_by', 'text default aquifer.current_actor()');
    call aquifer.add_trait_column(target, 'updated_by', 'text default aquifer.current_actor()');
  end if;
  if adopted.searchable <> '{}' then
    call aquifer.add_trait_column(target, 'embedding_expired_at', 'timestamptz default now()');
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.adopted_entity(entity_name text)
 RETURNS aquifer.entities
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  adopted aquifer.entities;
begin
  select * into adopted from aquifer.entities e where e.entity = entity_name;
  if adopted is null then
    raise exception 'no table has adopted the entity %', entity_name using errcode = 'AQ003';
  end if;
  return adopted;
end $function$;
grant execute on routine aquifer.adopted_entity(text) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.adopt(target regclass, entity text DEFAULT NULL::text, tenant name DEFAULT 'tenant_id'::name, soft_delete boolean DEFAULT false, retention interval DEFAULT NULL::interval, audited boolean DEFAULT false, versioned boolean DEFAULT false, events boolean DEFAULT false, timestamps boolean DEFAULT false, encrypted name[] DEFAULT '{}'::name[], searchable jsonb DEFAULT '{}'::jsonb, keys text DEFAULT 'all'::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
 SET client_min_messages TO 'warning'
AS $function$
#variable_conflict use_variable
declare
  unknown text;
begin
  perform pg_advisory_xact_lock(hashtextextended('aquifer.adopt', 0));
  delete from aquifer.entities as gone where not exists (select from pg_class where oid = gone.table_name);
  delete from aquifer.relations as gone
  where not exists (select from pg_class where oid = gone.child) or not exists (select from pg_class where oid = gone.parent);
  if (select relkind from pg_class where oid = target) not in ('r', 'p') then
    raise exception '% is not a table', target using errcode = 'AQ003';
  end if;
  if keys not in ('all', 'unique', 'none') then
    raise exception 'keys is ''%'', allowed: all, unique, none', keys using errcode = 'AQ003';
  end if;
  if retention is not null and not soft_delete then
    raise exception 'retention is how long soft-deleted rows are kept; it needs soft_delete' using errcode = 'AQ003';
  end if;
  if aquifer.key_columns_of(target) is null then
    raise exception '% has no primary key', target using errcode = 'AQ003', hint = 'Give it one; history and events name rows by it.';
  end if;
  select string_agg(wanted, ', ') into unknown
  from (select unnest(encrypted) as wanted union select jsonb_array_elements_text(value) from jsonb_each(searchable)) as named
  where not aquifer.has_column(target, wanted::name);
  if unknown is not null then
    raise exception '% has no column %', target, unknown using errcode = 'AQ003';
  end if;
  if exists (select from aquifer.entities as other where other.entity = adopt.entity and other.table_name <> target) then
    raise exception 'another table has adopted the entity %', entity using errcode = 'AQ003', hint = 'Give this one a name of its own.';
  end if;
  call aquifer.prepare_tenant_column(target, tenant);
  insert into aquifer.entities as known (entity, table_name, tenant_column, key_columns, soft_delete, retention, audited, versioned,
    events, timestamps, encrypted, searchable, keys)
  values (coalesce(entity, aquifer.free_entity_name(target)), target, tenant,
    array_remove(aquifer.key_columns_of(target), tenant), soft_delete, retention, audited, versioned, events, timestamps,
    encrypted, searchable, keys)
  on conflict (table_name) do update set
    entity = excluded.entity, tenant_column = excluded.tenant_column, key_columns = excluded.key_columns, soft_delete = excluded.soft_delete,
    retention = excluded.retention, audited = excluded.audited, versioned = excluded.versioned, events = excluded.events,
    timestamps = excluded.timestamps, encrypted = excluded.encrypted, searchable = excluded.searchable, keys = excluded.keys;
  call aquifer.add_trait_columns(target);
  call aquifer.put_tenant_into_keys(target);
  call aquifer.write_policies(target);
  call aquifer.grant_use(target);
  call aquifer.write_triggers(target);
  call aquifer.write_encryption_checks(target);
end $function$;
revoke execute on routine aquifer.adopt(regclass,text,name,boolean,interval,boolean,boolean,boolean,boolean,name[],jsonb,text) from public;

CREATE OR REPLACE FUNCTION aquifer.allocate_chunk_ids(amount integer)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO aquifer.chunk_counters AS counter (tenant_id, last_id)
   VALUES (aquifer.current_tenant(), allocate_chunk_ids.amount) ON CONFLICT(tenant_id) DO UPDATE SET last_id = (counter.last_id + allocate_chunk_ids.amount)
   RETURNING ((counter.last_id - allocate_chunk_ids.amount) + 1);
END;

CREATE OR REPLACE FUNCTION aquifer.analyse_added_chunks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into aquifer.lexical_entries (tenant_id, chunk_id, length, lexemes)
  select tenant_id, id, (select coalesce(sum(cardinality(positions)), 0) from unnest(vector)), vector
  from added, lateral to_tsvector('aquifer.english', context || E'\n' || content) as vector;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.audit_log(action text, entity text DEFAULT ''::text, row_id text DEFAULT ''::text, result text DEFAULT 'ok'::text, details jsonb DEFAULT NULL::jsonb)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, result, actor_id, roles, request, event, audited, versioned)
    values (aquifer.current_tenant(), entity, row_id, 'log', action, result, aquifer.current_actor(), aquifer.current_roles(),
      nullif(coalesce(aquifer.current_request(), '{}') || jsonb_strip_nulls(jsonb_build_object('details', details)), '{}'),
      false, true, false)
    returning id
  $function$;
alter routine aquifer.audit_log(text,text,text,text,jsonb) owner to aquifer_system;
revoke execute on routine aquifer.audit_log(text,text,text,text,jsonb) from public;
grant execute on routine aquifer.audit_log(text,text,text,text,jsonb) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.audit_system(reason text)
 RETURNS bigint
 LANGUAGE sql
AS $function$
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    values ('*', '', '', 'log', 'system', 'system: ' || reason, false, true, false)
    returning id
  $function$;
revoke execute on routine aquifer.audit_system(text) from public;
grant execute on routine aquifer.audit_system(text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_append(store_name text, log_entry text)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  next bigint;
begin
  perform pg_advisory_xact_lock(hashtext('aquifer.cache_log'), hashtext(store_name));
  select coalesce(max(l.n), 0) + 1 into next from aquifer.cache_log l where l.store = store_name;
  insert into aquifer.cache_log (store, n, entry) values (store_name, next, log_entry);
  if next % 64 = 0 then
    delete from aquifer.cache_log l where l.store = store_name and l.at < clock_timestamp() - interval '1 minute';
  end if;
  perform pg_notify('aquifer_cache', '');
end $function$;
revoke execute on routine aquifer.cache_append(text,text) from public;
grant execute on routine aquifer.cache_append(text,text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_begin_feed(store_name text, turn text, ttl_ms double precision)
 RETURNS text
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO aquifer.cache_stores AS s (store, feed_token, feed_ends_at)
   VALUES (cache_begin_feed.store_name, cache_begin_feed.turn, aquifer.cache_end(cache_begin_feed.ttl_ms)) ON CONFLICT(store) DO UPDATE SET feed_token = excluded.feed_token, feed_ends_at = aquifer.cache_end(cache_begin_feed.ttl_ms)
   RETURNING s."position";
END;
revoke execute on routine aquifer.cache_begin_feed(text,text,double precision) from public;
grant execute on routine aquifer.cache_begin_feed(text,text,double precision) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_end(ttl_ms double precision)
 RETURNS timestamp with time zone
 LANGUAGE sql
RETURN (clock_timestamp() + (ttl_ms * '00:00:00.001'::interval));
revoke execute on routine aquifer.cache_end(double precision) from public;
grant execute on routine aquifer.cache_end(double precision) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_feed(store_name text, turn text, reached text, names text[], marks text[], log_entry text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  update aquifer.cache_stores s set position = reached
  where s.store = store_name and s.feed_token = turn and s.feed_ends_at > clock_timestamp();
  if not found then return false; end if;
  perform aquifer.cache_invalidate(store_name, names, marks, log_entry);
  return true;
end $function$;
revoke execute on routine aquifer.cache_feed(text,text,text,text[],text[],text) from public;
grant execute on routine aquifer.cache_feed(text,text,text,text[],text[],text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_fill(names text[], body bytea, starts integer[], lengths integer[], ttls double precision[], lease_token text)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  return query
    with locked as (
      select e.name from aquifer.cache_entries e
      where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
      order by e.name for update
    )
    update aquifer.cache_entries e
    set value = substring(body from filled.start for filled.length),
        expires_at = aquifer.cache_end(filled.ttl_ms), forget_at = aquifer.cache_end(filled.ttl_ms),
        holder = null, lease_ends_at = null, failed_holder = null, failure = null, failure_ends_at = null
    from locked join unnest(names, starts, lengths, ttls) as filled (name, start, length, ttl_ms) on filled.name = locked.name
    where e.name = locked.name
    returning e.name;
end $function$;
revoke execute on routine aquifer.cache_fill(text[],bytea,integer[],integer[],double precision[],text) from public;
grant execute on routine aquifer.cache_fill(text[],bytea,integer[],integer[],double precision[],text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_follow(store_name text)
 RETURNS TABLE(epoch uuid, n bigint)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  insert into aquifer.cache_stores (store) values (store_name) on conflict (store) do nothing;
  return query
    select s.epoch, (select coalesce(max(l.n), 0) from aquifer.cache_log l where l.store = store_name)
    from aquifer.cache_stores s where s.store = store_name;
end $function$;
revoke execute on routine aquifer.cache_follow(text) from public;
grant execute on routine aquifer.cache_follow(text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_invalidate(store_name text, names text[], marks text[], log_entry text)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  with locked as (
    select m.name from aquifer.cache_marks m where m.name = any (marks) order by m.name for update
  )
  update aquifer.cache_marks m set token = gen_random_uuid() from locked where m.name = locked.name;
  -- A row that comes in after this has begun is of a lease, or a write, from after what is invalidated.
  with locked as (
    select e.name from aquifer.cache_entries e where e.name = any (names) order by e.name for update
  )
  delete from aquifer.cache_entries e using locked where e.name = locked.name;
  perform aquifer.cache_append(store_name, log_entry);
end $function$;
revoke execute on routine aquifer.cache_invalidate(text,text[],text[],text) from public;
grant execute on routine aquifer.cache_invalidate(text,text[],text[],text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_lease(names text[], seen text[], marks text[], lease_token text, ttl_ms double precision)
 RETURNS TABLE(place integer, holder text, value bytea, failure bytea, mark text)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  open integer[] := array(select generate_subscripts(names, 1));
  answered integer[];
begin
  perform aquifer.cache_make_marks(marks);
  return query
    select asked.place::integer, null, null::bytea, null::bytea, m.token::text
    from unnest(marks) with ordinality as asked (name, place) join aquifer.cache_marks m using (name);
  -- What refuses a lease may be gone when it is looked at; then the key is asked for again.
  while cardinality(open) > 0 loop
    -- `seen` goes in as what a row is compared with; a row that it makes has no failure to go with it.
    insert into aquifer.cache_entries as e (name, holder, lease_ends_at, forget_at, failed_holder)
    select distinct on (names[p] collate "C") names[p], lease_token, aquifer.cache_end(ttl_ms), aquifer.cache_end(ttl_ms), seen[p]
    from unnest(open) as p order by names[p] collate "C"
    on conflict (name) do update
    set holder = excluded.holder, lease_ends_at = excluded.lease_ends_at, forget_at = greatest(e.forget_at, excluded.forget_at)
    where (e.lease_ends_at is null or e.lease_ends_at <= clock_timestamp())
      and (e.failed_holder = excluded.failed_holder and e.failure_ends_at > clock_timestamp()) is not true;
    answered := array[]::integer[];
    for place, holder, value, failure in
      select p, case when state.failed then null else e.holder end,
             case when e.expires_at > clock_timestamp() then e.value end, case when state.failed then e.failure end
      from unnest(open) as p
      join aquifer.cache_entries e on e.name = names[p]
      cross join lateral (select (e.failed_holder = seen[p] and e.failure_ends_at > clock_timestamp()) is true as failed) as state
      where state.failed or e.holder = lease_token or e.lease_ends_at > clock_timestamp()
    loop
      answered := answered || place;
      return next;
    end loop;
    open := array(select p from unnest(open) as p where p <> all (answered));
  end loop;
end $function$;
revoke execute on routine aquifer.cache_lease(text[],text[],text[],text,double precision) from public;
grant execute on routine aquifer.cache_lease(text[],text[],text[],text,double precision) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_make_marks(names text[])
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  if exists (
    select from unnest(names) as asked (name)
    left join aquifer.cache_marks m on m.name = asked.name and m.expires_at > clock_timestamp() + interval '31 days'
    where m.name is null
  ) then
    insert into aquifer.cache_marks as m (name)
    select distinct asked.name collate "C" from unnest(names) as asked (name) order by 1
    on conflict (name) do update
    set token = case when m.expires_at > clock_timestamp() then m.token else excluded.token end,
        expires_at = excluded.expires_at
    where m.expires_at <= clock_timestamp() + interval '31 days';
  end if;
end $function$;
revoke execute on routine aquifer.cache_make_marks(text[]) from public;
grant execute on routine aquifer.cache_make_marks(text[]) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_release(names text[], lease_token text, failed_with bytea)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  with locked as (
    select e.name from aquifer.cache_entries e
    where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
    order by e.name for update
  )
  update aquifer.cache_entries e
  set holder = null, lease_ends_at = null, failed_holder = lease_token, failure = failed_with,
      failure_ends_at = case when failed_with is not null then clock_timestamp() + interval '5 seconds' end,
      forget_at = greatest(e.expires_at, clock_timestamp() + interval '5 seconds')
  from locked where e.name = locked.name;
end $function$;
revoke execute on routine aquifer.cache_release(text[],text,bytea) from public;
grant execute on routine aquifer.cache_release(text[],text,bytea) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_renew(names text[], lease_token text, ttl_ms double precision)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  with locked as (
    select e.name from aquifer.cache_entries e
    where e.name = any (names) and e.holder = lease_token and e.lease_ends_at > clock_timestamp()
    order by e.name for update
  )
  update aquifer.cache_entries e
  set lease_ends_at = aquifer.cache_end(ttl_ms), forget_at = greatest(e.forget_at, aquifer.cache_end(ttl_ms))
  from locked where e.name = locked.name;
end $function$;
revoke execute on routine aquifer.cache_renew(text[],text,double precision) from public;
grant execute on routine aquifer.cache_renew(text[],text,double precision) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.cache_write(store_name text, names text[], body bytea, starts integer[], lengths integer[], ttls double precision[], log_entry text)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
begin
  insert into aquifer.cache_entries (name, value, expires_at, forget_at)
  select distinct on (written.name collate "C")
    written.name, substring(body from written.start for written.length), aquifer.cache_end(ttl_ms), aquifer.cache_end(ttl_ms)
  from unnest(names, starts, lengths, ttls) with ordinality as written (name, start, length, ttl_ms, place)
  order by written.name collate "C", place desc
  on conflict (name) do update
  set value = excluded.value, expires_at = excluded.expires_at, forget_at = excluded.forget_at,
      holder = null, lease_ends_at = null, failed_holder = null, failure = null, failure_ends_at = null;
  perform aquifer.cache_append(store_name, log_entry);
end $function$;
revoke execute on routine aquifer.cache_write(text,text[],bytea,integer[],integer[],double precision[],text) from public;
grant execute on routine aquifer.cache_write(text,text[],bytea,integer[],integer[],double precision[],text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.changes_between(since pg_snapshot, until pg_snapshot)
 RETURNS SETOF aquifer.changes
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT c.id,
     c.at,
     c.xid,
     c.tenant_id,
     c.entity,
     c.row_id,
     c.operation,
     c.action,
     c.result,
     c.revision,
     c.changed,
     c.before,
     c."row",
     c.actor_id,
     c.roles,
     c.request,
     c.event,
     c.audited,
     c.versioned
    FROM aquifer.changes c
   WHERE (((c.xid >= pg_snapshot_xmax(changes_between.since)) OR (c.xid = ANY (ARRAY( SELECT pg_snapshot_xip(changes_between.since) AS pg_snapshot_xip)))) AND (c.xid < pg_snapshot_xmax(changes_between.until)) AND pg_visible_in_snapshot(c.xid, changes_between.until));
END;
revoke execute on routine aquifer.changes_between(pg_snapshot,pg_snapshot) from public;
grant execute on routine aquifer.changes_between(pg_snapshot,pg_snapshot) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.changes_handled(subscriber text, expected bigint, last_id bigint, amount integer)
 RETURNS boolean
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE aquifer.subscriptions s SET after_id = changes_handled.last_id, handled = (s.handled + changes_handled.amount), updated_at = clock_timestamp()
   WHERE ((s.name = changes_handled.subscriber) AND (s.handled = changes_handled.expected))
   RETURNING true;
END;
revoke execute on routine aquifer.changes_handled(text,bigint,bigint,integer) from public;
grant execute on routine aquifer.changes_handled(text,bigint,bigint,integer) to aquifer_system;

CREATE OR REPLACE PROCEDURE aquifer.check_trait_column(IN target regclass, IN wanted name)
 LANGUAGE plpgsql
AS $procedure$
declare
  found text := (select format_type(atttypid, null) from pg_attribute where attrelid = target and attname = wanted);
  fits boolean := case
    when wanted = 'revision' then found in ('bigint', 'integer')
    when wanted like '%\_at' then found like 'timestamp%'
    else true end;
begin
  if not fits then
    raise exception '% has a column % of type %, which the trait cannot keep', target, wanted, found using errcode = 'AQ003',
      hint = 'Rename the column, or leave the trait off.';
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.column_list(columns name[], prefix text DEFAULT ''::text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT string_agg((column_list.prefix || quote_ident((u.c)::text)), ', '::text ORDER BY u.at) AS string_agg FROM unnest(column_list.columns) WITH ORDINALITY u(c, at));

CREATE OR REPLACE FUNCTION aquifer.column_names(target regclass, numbers smallint[])
 RETURNS name[]
 LANGUAGE sql
 STABLE
RETURN (SELECT array_agg(a.attname ORDER BY n.at) AS array_agg FROM (unnest(column_names.numbers) WITH ORDINALITY n(number, at) JOIN pg_attribute a ON (((a.attrelid = (column_names.target)::oid) AND (a.attnum = n.number)))));

CREATE OR REPLACE FUNCTION aquifer.count_added_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION aquifer.count_removed_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION aquifer.current_actor()
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN NULLIF(current_setting('aquifer.actor_id'::text, true), ''::text);

CREATE OR REPLACE FUNCTION aquifer.current_request()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
RETURN (NULLIF(current_setting('aquifer.request'::text, true), ''::text))::jsonb;

CREATE OR REPLACE FUNCTION aquifer.current_roles()
 RETURNS text[]
 LANGUAGE sql
 STABLE
RETURN string_to_array(NULLIF(current_setting('aquifer.roles'::text, true), ''::text), ','::text);

CREATE OR REPLACE FUNCTION aquifer.current_tenant()
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN COALESCE(NULLIF(current_setting('aquifer.tenant_id'::text, true), ''::text), aquifer.missing_scope());

CREATE OR REPLACE FUNCTION aquifer.difference_expression(old_row text, new_row text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN format('select coalesce(array_agg(item.key order by item.key), ''{}'') as columns, jsonb_object_agg(item.key, item.value) as old_values
      from jsonb_each(%s) as item (key, value)
      where item.value is distinct from %s -> item.key
        and item.key not in (''revision'', ''updated_at'', ''updated_by'', ''embedding_expired_at'')'::text, old_row, new_row);

CREATE OR REPLACE PROCEDURE aquifer.drop_key(IN target regclass, IN kind text, IN key_name name)
 LANGUAGE plpgsql
AS $procedure$
begin
  if kind = 'index' then
    execute format('drop index %s.%I', (select relnamespace::regnamespace from pg_class where oid = target), key_name);
  else
    execute format('alter table %s drop constraint %I', target, key_name);
  end if;
end $procedure$;

CREATE OR REPLACE PROCEDURE aquifer.drop_policies(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('drop policy if exists tenant_isolation on %s', target);
  execute format('drop policy if exists system_access on %s', target);
end $procedure$;
revoke execute on routine aquifer.drop_policies(regclass) from public;

CREATE OR REPLACE PROCEDURE aquifer.drop_triggers(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  trigger_name name;
  prefix text;
begin
  for trigger_name in select tgname from pg_trigger where tgrelid = target and tgname like 'aquifer\_%' and not tgisinternal loop
    execute format('drop trigger %I on %s', trigger_name, target);
  end loop;
  foreach prefix in array array['touch', 'record', 'soft_delete'] loop
    execute format('drop function if exists aquifer.%I()', aquifer.trait_name(prefix, target));
  end loop;
end $procedure$;
revoke execute on routine aquifer.drop_triggers(regclass) from public;

CREATE OR REPLACE FUNCTION aquifer.far_behind(place pg_snapshot, current pg_snapshot)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
RETURN ((((pg_snapshot_xmax(current))::text)::numeric - ((pg_snapshot_xmax(place))::text)::numeric) > (10000)::numeric);

CREATE OR REPLACE FUNCTION aquifer.flagged(flag text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (flag = ANY (string_to_array(current_setting('aquifer.flags'::text, true), ','::text)));

CREATE OR REPLACE PROCEDURE aquifer.fold_pending(IN tenant text, IN after_id integer)
 LANGUAGE plpgsql
AS $procedure$
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
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.foreign_key_with_tenant(definition text, child_tenant name, parent_tenant name)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  columns text := substring(definition from 'FOREIGN KEY \(([^)]*)\)');
  composite text := aquifer.with_tenant(definition, child_tenant);
begin
  -- The tenant is never null: with MATCH FULL, nor could the others be.
  composite := replace(composite, ' MATCH FULL', '');
  composite := regexp_replace(composite, '(REFERENCES [^(]+)\(', '\1(' || quote_ident(parent_tenant) || ', ');
  -- Nulling the tenant would orphan the row.
  return regexp_replace(composite, 'ON DELETE SET (NULL|DEFAULT)(?! *\()', 'ON DELETE SET \1 (' || columns || ')');
end $function$;

CREATE OR REPLACE FUNCTION aquifer.free_entity_name(target regclass)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN COALESCE((SELECT entities.entity FROM aquifer.entities WHERE ((entities.table_name)::oid = (free_entity_name.target)::oid)), ((SELECT CASE WHEN (EXISTS (SELECT FROM aquifer.entities WHERE (entities.entity = c.relname))) THEN ((((n.nspname)::text || '.'::text) || (c.relname)::text))::name ELSE c.relname END AS relname FROM (pg_class c JOIN pg_namespace n ON ((n.oid = c.relnamespace))) WHERE (c.oid = (free_entity_name.target)::oid)))::text);

CREATE OR REPLACE PROCEDURE aquifer.grant_use(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  sequence regclass;
begin
  execute format('grant usage on schema %s to aquifer_app, aquifer_system',
    (select relnamespace::regnamespace from pg_class where oid = target));
  execute format('grant select, insert, update, delete on %s to aquifer_app, aquifer_system', target);
  for sequence in
    select d.objid::regclass from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
    where d.refobjid = target and d.deptype in ('a', 'i')
  loop
    execute format('grant usage on sequence %s to aquifer_app, aquifer_system', sequence);
  end loop;
end $procedure$;
revoke execute on routine aquifer.grant_use(regclass) from public;

CREATE OR REPLACE FUNCTION aquifer.has_column(target regclass, wanted name)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (EXISTS (SELECT FROM pg_attribute WHERE ((pg_attribute.attrelid = (has_column.target)::oid) AND (pg_attribute.attname = has_column.wanted) AND (pg_attribute.attnum > 0) AND (NOT pg_attribute.attisdropped))));

CREATE OR REPLACE FUNCTION aquifer.hint_changes()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if pg_try_advisory_xact_lock(x'61717568'::integer) then
    perform pg_notify('aquifer_changes', '');
  end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.is_referred_to(target regclass, key_name name)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (EXISTS (SELECT FROM (pg_constraint k JOIN pg_constraint f ON (((f.contype = 'f'::"char") AND (f.confrelid = (is_referred_to.target)::oid) AND (f.conindid = k.conindid)))) WHERE ((k.conrelid = (is_referred_to.target)::oid) AND (k.conname = is_referred_to.key_name))));

CREATE OR REPLACE PROCEDURE aquifer.isolate(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy tenant_isolation on %s to aquifer_app using (tenant_id = (select aquifer.current_tenant())) '
    'with check (tenant_id = (select aquifer.current_tenant()))', target);
  execute format('grant select, insert, update, delete on %s to aquifer_app', target);
  execute format('create policy system_access on %s to aquifer_system using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to aquifer_system', target);
end $procedure$;
revoke execute on routine aquifer.isolate(regclass) from public;

CREATE OR REPLACE FUNCTION aquifer.keep_data_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.destroyed_at is not null then
    raise exception 'a destroyed key cannot be changed' using errcode = 'restrict_violation';
  end if;
  if (new.tenant_id, new.purpose, new.version) is distinct from (old.tenant_id, old.purpose, old.version) then
    raise exception 'a key belongs to its tenant, purpose and version' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.keep_invalidation(origin text, keys text[], marks text[])
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 DELETE FROM aquifer.cache_invalidations
   WHERE (cache_invalidations.at < (clock_timestamp() - '00:15:00'::interval));
 INSERT INTO aquifer.cache_invalidations (origin, keys, marks)
   VALUES (keep_invalidation.origin, keep_invalidation.keys, keep_invalidation.marks);
 SELECT pg_notify('aquifer_changes'::text, ''::text) AS pg_notify;
END;
revoke execute on routine aquifer.keep_invalidation(text,text[],text[]) from public;
grant execute on routine aquifer.keep_invalidation(text,text[],text[]) to aquifer_system;

CREATE OR REPLACE PROCEDURE aquifer.keep_tenant_key(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  adopted aquifer.entities;
  tenant_key name := aquifer.trait_name('tenant_key', target);
  wanted boolean;
  there boolean := exists (select from pg_constraint where conrelid = target and conname = tenant_key);
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  wanted := not adopted.tenant_column = any (aquifer.key_columns_of(target));
  if wanted and not there then
    execute format('alter table %s add constraint %I unique (%I, %s)', target, tenant_key,
      adopted.tenant_column, aquifer.column_list(adopted.key_columns));
  elsif there and not wanted and not aquifer.is_referred_to(target, tenant_key) then
    execute format('alter table %s drop constraint %I', target, tenant_key);
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.key_columns_of(target regclass)
 RETURNS name[]
 LANGUAGE sql
 STABLE
RETURN (SELECT aquifer.column_names(key_columns_of.target, pg_constraint.conkey) AS column_names FROM pg_constraint WHERE ((pg_constraint.conrelid = (key_columns_of.target)::oid) AND (pg_constraint.contype = 'p'::"char")));

CREATE OR REPLACE FUNCTION aquifer.ledger_delta(since text, most integer)
 RETURNS TABLE("position" text, lost boolean, changes jsonb, invalidations jsonb)
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  upto pg_snapshot := pg_current_snapshot();
  server text := aquifer.ledger_server();
  since_parts text[] := string_to_array(since, '@');
  place pg_snapshot;
begin
  "position" := concat_ws('@', upto, server, extract(epoch from clock_timestamp()));
  lost := since is null or cardinality(since_parts) <> 3 or since_parts[2] <> server
    or extract(epoch from clock_timestamp()) - since_parts[3]::numeric > 600
    or pg_snapshot_xmax(since_parts[1]::pg_snapshot) > pg_snapshot_xmax(upto);
  if lost then
    return next;
    return;
  end if;
  place := since_parts[1]::pg_snapshot;
  if place::text = upto::text then
    return next;
    return;
  end if;
  select jsonb_agg(jsonb_build_object('tenantId', g.tenant_id, 'entity', g.entity,
           'rows', case when g.amount <= most then g.rows end))
  into changes
  from (
    select n.tenant_id, n.entity, count(*) as amount,
           jsonb_agg(jsonb_build_array(n.row_id, n.revision)) filter (where n.place <= most) as rows
    from (
      select d.*, row_number() over (partition by d.tenant_id, d.entity) as place
      from (
        -- Revisions tell which change of a row is meant only while the row is there: a removal has that of the row
        -- before, and a row made anew begins at 1.
        select c.tenant_id, c.entity, c.row_id,
               case when bool_and(c.operation = 'update') then max(c.revision) end as revision
        from aquifer.changes_between(place, upto) c where c.event group by 1, 2, 3
      ) d
    ) n
    group by 1, 2
  ) g;
  select jsonb_agg(jsonb_build_object('origin', i.origin, 'keys', i.keys, 'marks', i.marks)) into invalidations
  from aquifer.cache_invalidations i
  where (i.xid >= pg_snapshot_xmax(place) or i.xid = any (array(select pg_snapshot_xip(place))))
    and i.xid < pg_snapshot_xmax(upto) and pg_visible_in_snapshot(i.xid, upto);
  return next;
end $function$;
revoke execute on routine aquifer.ledger_delta(text,integer) from public;
grant execute on routine aquifer.ledger_delta(text,integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.ledger_server()
 RETURNS text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT ((s.system_identifier || '.'::text) || c.timeline_id)
    FROM pg_control_system() s(pg_control_version, catalog_version_no, system_identifier, pg_control_last_modified),
     pg_control_checkpoint() c(checkpoint_lsn, redo_lsn, redo_wal_file, timeline_id, prev_timeline_id, full_page_writes, next_xid, next_oid, next_multixact_id, next_multi_offset, oldest_xid, oldest_xid_dbid, oldest_active_xid, oldest_multi_xid, oldest_multi_dbid, oldest_commit_ts_xid, newest_commit_ts_xid, checkpoint_time);
END;
revoke execute on routine aquifer.ledger_server() from public;
grant execute on routine aquifer.ledger_server() to aquifer_system;

CREATE OR REPLACE PROCEDURE aquifer.make_key(IN target regclass, IN kind text, IN key_name name, IN definition text)
 LANGUAGE plpgsql
AS $procedure$
begin
  if kind = 'index' then
    execute definition;
  else
    execute format('alter table %s add constraint %I %s', target, key_name, definition);
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.masked(entity_name text, value jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT
         CASE
             WHEN ((value IS NULL) OR (NOT (EXISTS ( SELECT
                FROM aquifer.entities e
               WHERE ((e.entity = masked.entity_name) AND (e.encrypted <> '{}'::name[])))))) THEN value
             ELSE ( SELECT jsonb_object_agg(item.key,
                     CASE
                         WHEN ((item.key = ANY (e.encrypted)) AND (item.value <> 'null'::jsonb)) THEN '"[encrypted]"'::jsonb
                         ELSE item.value
                     END) AS jsonb_object_agg
                FROM jsonb_each(masked.value) item(key, value),
                 aquifer.entities e
               WHERE (e.entity = masked.entity_name))
         END AS jsonb_object_agg;
END;

CREATE OR REPLACE PROCEDURE aquifer.merge_blocks(IN tenant text)
 LANGUAGE plpgsql
AS $procedure$
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
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.metadata_matches(metadata jsonb, filter jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
RETURN (NOT (EXISTS (SELECT FROM jsonb_each_text(metadata_matches.filter) wanted(key, value) WHERE (NOT COALESCE(CASE jsonb_typeof((metadata_matches.metadata -> wanted.key)) WHEN 'array'::text THEN ((metadata_matches.metadata -> wanted.key) ? wanted.value) ELSE ((metadata_matches.metadata ->> wanted.key) = wanted.value) END, false)))));

CREATE OR REPLACE FUNCTION aquifer.missing_scope()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  raise exception 'no tenant is set for this transaction'
    using errcode = 'AQ001', hint = 'Set aquifer.tenant_id transaction-locally before touching tenant data.';
end $function$;

CREATE OR REPLACE FUNCTION aquifer.next_block(tenant text)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE aquifer.lexical_statistics SET last_block = (lexical_statistics.last_block + 1)
   WHERE ((lexical_statistics.tenant_id)::text = next_block.tenant)
   RETURNING lexical_statistics.last_block;
END;

CREATE OR REPLACE FUNCTION aquifer.next_changes(subscriber text, batch integer)
 RETURNS SETOF aquifer.changes
 LANGUAGE plpgsql
AS $function$
declare
  place aquifer.subscriptions;
  upto pg_snapshot;
begin
  select * into strict place from aquifer.subscriptions s where s.name = subscriber;
  call aquifer.refuse_foreign_position(coalesce(place.until, place.done));
  if place.until is not null then
    return query
      select c.* from aquifer.changes_between(place.done, place.until) c
      where c.event and c.id > place.after_id order by c.id limit batch;
    if found then return; end if;
    update aquifer.subscriptions s set done = place.until, until = null, after_id = 0
    where s.name = subscriber and s.handled = place.handled;
    place.done := place.until;
  end if;
  upto := pg_current_snapshot();
  if exists (select from aquifer.changes_between(place.done, upto) c where c.event) then
    update aquifer.subscriptions s set until = upto, after_id = 0 where s.name = subscriber and s.handled = place.handled;
    return query
      select c.* from aquifer.changes_between(place.done, upto) c where c.event order by c.id limit batch;
  elsif aquifer.far_behind(place.done, upto) then
    update aquifer.subscriptions s set done = upto where s.name = subscriber and s.handled = place.handled;
  end if;
end $function$;
revoke execute on routine aquifer.next_changes(text,integer) from public;
grant execute on routine aquifer.next_changes(text,integer) to aquifer_system;

CREATE OR REPLACE PROCEDURE aquifer.prepare_month(IN month date)
 LANGUAGE plpgsql
AS $procedure$
declare
  first date := date_trunc('month', month);
  next date := first + interval '1 month';
  partition text := 'changes_' || to_char(first, 'YYYYMM');
begin
  if to_regclass('aquifer.' || partition) is not null then return; end if;
  execute format('create table aquifer.%I (like aquifer.changes including defaults including constraints)', partition);
  execute format('alter table aquifer.%I enable row level security', partition);
  execute format('alter table aquifer.%I force row level security', partition);
  if exists (select from aquifer.changes_default where at >= first and at < next) then
    execute 'alter table aquifer.changes detach partition aquifer.changes_default';
    execute format('insert into aquifer.%I select * from aquifer.changes_default where at >= $1 and at < $2', partition)
      using first, next;
    delete from aquifer.changes_default where at >= first and at < next;
    execute format('alter table aquifer.changes attach partition aquifer.%I for values from (%L) to (%L)', partition, first, next);
    execute 'alter table aquifer.changes attach partition aquifer.changes_default default';
  else
    execute format('alter table aquifer.changes attach partition aquifer.%I for values from (%L) to (%L)', partition, first, next);
  end if;
end $procedure$;
revoke execute on routine aquifer.prepare_month(date) from public;

CREATE OR REPLACE PROCEDURE aquifer.prepare_months(IN ahead integer DEFAULT 3)
 LANGUAGE plpgsql
AS $procedure$
begin
  for offset_months in 0..ahead loop
    call aquifer.prepare_month((now() + make_interval(months => offset_months))::date);
  end loop;
end $procedure$;
revoke execute on routine aquifer.prepare_months(integer) from public;

CREATE OR REPLACE PROCEDURE aquifer.prepare_tenant_column(IN target regclass, IN tenant name)
 LANGUAGE plpgsql
AS $procedure$
declare
  filled boolean;
begin
  if not aquifer.has_column(target, tenant) then
    execute format('select exists (select from %s)', target) into filled;
    if filled then
      raise exception '% has rows and no column %', target, tenant using errcode = 'AQ003',
        hint = 'Add the column, fill it with the tenant of each row, then adopt.';
    end if;
    execute format('alter table %s add column %I text not null', target, tenant);
  end if;
  execute format('alter table %s alter column %I set not null', target, tenant);
  execute format('alter table %s alter column %I set default aquifer.current_tenant()%s', target, tenant,
    substring(aquifer.tenant_expression(target, tenant) from '::.*$'));
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.prune_changes(at_most integer DEFAULT 10000, kept interval DEFAULT '00:15:00'::interval)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  pruned bigint;
begin
  with spent as (
    select tenant_id, at, id from aquifer.changes c
    where not c.audited and not c.versioned and c.xid < pg_snapshot_xmin(pg_current_snapshot())
      and c.at < clock_timestamp() - kept
      and not exists (select from aquifer.subscriptions s where not pg_visible_in_snapshot(c.xid, s.done))
    limit at_most
  ),
  removed as (
    delete from aquifer.changes c using spent
    where (c.tenant_id, c.at, c.id) = (spent.tenant_id, spent.at, spent.id) returning 1
  )
  select count(*) into pruned from removed;
  return pruned;
end $function$;
revoke execute on routine aquifer.prune_changes(integer,interval) from public;
grant execute on routine aquifer.prune_changes(integer,interval) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.purge_expired(at_most integer DEFAULT 1000)
 RETURNS TABLE(entity text, purged bigint, problem text)
 LANGUAGE plpgsql
AS $function$
declare
  adopted record;
begin
  perform set_config('aquifer.flags', 'purge,deleted', true);
  -- A table may have been dropped since.
  for adopted in
    select e.* from aquifer.entities e join pg_class c on c.oid = e.table_name where e.retention is not null order by e.entity
  loop
    entity := adopted.entity;
    problem := null;
    begin
      execute format('delete from %s where ctid = any (array(select ctid from %s where deleted_at < now() - $1 limit $2))',
        adopted.table_name, adopted.table_name) using adopted.retention, at_most;
      get diagnostics purged = row_count;
    exception when foreign_key_violation then
      -- A living row still refers to one of them; the others wait with it, and an operator sees why.
      purged := 0;
      problem := sqlerrm;
    end;
    return next;
  end loop;
end $function$;
revoke execute on routine aquifer.purge_expired(integer) from public;
grant execute on routine aquifer.purge_expired(integer) to aquifer_system;

CREATE OR REPLACE PROCEDURE aquifer.put_tenant_into_keys(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  foreign_key record;
  parent regclass;
  parents regclass[] := array[target];
  composites text[] := '{}';
  composite text;
begin
  for foreign_key in select * from aquifer.untenanted_foreign_keys(target) loop
    execute format('alter table %s drop constraint %I', foreign_key.child, foreign_key.key_name);
    call aquifer.remember_key(foreign_key.child, 'foreign', foreign_key.key_name, foreign_key.definition);
    parents := parents || foreign_key.parent;
    composites := composites || format('alter table %s add constraint %I %s', foreign_key.child, foreign_key.key_name,
      aquifer.foreign_key_with_tenant(foreign_key.definition, foreign_key.child_tenant, foreign_key.parent_tenant));
  end loop;
  foreach parent in array (select array_agg(distinct p) from unnest(parents) as p) loop
    call aquifer.put_tenant_into_unique_keys(parent);
    call aquifer.keep_tenant_key(parent);
  end loop;
  foreach composite in array composites loop
    execute composite;
  end loop;
end $procedure$;
revoke execute on routine aquifer.put_tenant_into_keys(regclass) from public;

CREATE OR REPLACE PROCEDURE aquifer.put_tenant_into_unique_keys(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  adopted aquifer.entities;
  key record;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  if adopted.keys = 'none' then return; end if;
  call aquifer.refuse_untenanted_exclusions(target, adopted.tenant_column);
  for key in select * from aquifer.untenanted_unique_keys(target, adopted.tenant_column, adopted.keys = 'all') loop
    continue when aquifer.is_referred_to(target, key.key_name);
    call aquifer.drop_key(target, key.kind, key.key_name);
    call aquifer.make_key(target, key.kind, key.key_name, aquifer.with_tenant(key.definition, adopted.tenant_column));
    call aquifer.remember_key(target, key.kind, key.key_name, key.definition);
  end loop;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.read_row(entity_name text, id text, for_update boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  adopted aquifer.entities := aquifer.adopted_entity(entity_name);
  found_row jsonb;
begin
  execute format('select to_jsonb(t.*) from %s t where t.%I = %s and %s%s', adopted.table_name, adopted.tenant_column,
    aquifer.tenant_expression(adopted.table_name, adopted.tenant_column),
    aquifer.row_id_condition(adopted.table_name, adopted.key_columns), case when for_update then ' for update' else '' end)
    into found_row using id;
  return found_row;
end $function$;
grant execute on routine aquifer.read_row(text,text,boolean) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.record_body(target regclass)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  adopted aquifer.entities;
  keeps_rows boolean;
  insert_into text;
  facts text;
  revision text;
  operation text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  keeps_rows := adopted.audited or adopted.versioned;
  insert_into := 'insert into aquifer.changes (at, tenant_id, entity, row_id, operation, action, revision, changed, before, row, '
    'actor_id, roles, request, event, audited, versioned)';
  facts := format('actor, actor_roles, request, %L, %L, %L', adopted.events, adopted.audited, adopted.versioned);
  revision := case when adopted.versioned or adopted.events then '%s.revision' else 'null' end;
  operation := case when adopted.soft_delete
    then 'case when o.deleted_at is null and n.deleted_at is not null then ''delete'' '
         'when o.deleted_at is not null and n.deleted_at is null then ''restore'' else ''update'' end'
    else '''update''' end;
  -- n.* is the row even where a column is called n, and a column called like a variable is not meant.
  return format($body$
#variable_conflict use_variable
declare
  moment timestamptz := clock_timestamp();
  actor text := aquifer.current_actor();
  actor_roles text[] := aquifer.current_roles();
  request jsonb := aquifer.current_request();
begin
  if tg_op = 'INSERT' then
    %s
    select moment, n.%I::text, %L, %s, 'insert', %L, %s, null, null, %s, %s from new_rows n;
  elsif tg_op = 'UPDATE' then
    %s
    select moment, n.%I::text, %L, %s, what.op, %L || what.op, %s, difference.columns, %s, %s, %s
    from new_rows n join old_rows o on %s
    cross join lateral (select %s as op, to_jsonb(o.*) as old_row, to_jsonb(n.*) as new_row offset 0) as what
    cross join lateral (%s) as difference;%s
  else
    %s
    select moment, o.%I::text, %L, %s, %L, %L, %s, null, null, %s, %s from old_rows o;
  end if;%s
  return null;
end$body$,
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'n'), adopted.entity || '.insert',
    format(revision, 'n'), case when keeps_rows then 'to_jsonb(n.*)' else 'null::jsonb' end, facts,
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'n'), adopted.entity || '.',
    format(revision, 'n'),
    case when keeps_rows then 'difference.old_values' else 'null::jsonb' end,
    case when keeps_rows then 'what.new_row' else 'null::jsonb' end, facts,
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
    operation, aquifer.difference_expression('what.old_row', 'what.new_row'), aquifer.relation_actions(target),
    insert_into, adopted.tenant_column, adopted.entity, aquifer.row_id_expression(adopted.key_columns, 'o'),
    case when adopted.soft_delete then 'purge' else 'delete' end,
    adopted.entity || case when adopted.soft_delete then '.purge' else '.delete' end,
    format(revision, 'o'), case when keeps_rows then 'to_jsonb(o.*)' else 'null::jsonb' end, facts,
    case when adopted.events then E'\n  perform aquifer.hint_changes();' else '' end);
end $function$;

CREATE OR REPLACE FUNCTION aquifer.record_digest(c aquifer.changes)
 RETURNS bytea
 LANGUAGE sql
 STABLE
 SET "TimeZone" TO 'UTC'
RETURN sha256(convert_to((jsonb_build_array((c).id, (c).at, (c).tenant_id, (c).entity, (c).row_id, (c).operation, (c).action, (c).result, (c).revision, (c).changed, (c).before, (c)."row", (c).actor_id, (c).roles, (c).request))::text, 'UTF8'::name));

CREATE OR REPLACE FUNCTION aquifer.record_documents()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  actor text := aquifer.current_actor();
begin
  if tg_op = 'DELETE' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, 'delete', 'aquifer.documents.delete', actor, true, false, false
    from old_rows;
  else
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, lower(tg_op), 'aquifer.documents.' || lower(tg_op), actor, true, false,
           false
    from new_rows;
  end if;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $function$;
alter routine aquifer.record_documents() owner to aquifer_system;
revoke execute on routine aquifer.record_documents() from public;

CREATE OR REPLACE FUNCTION aquifer.refuse_edited_chunk()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the text of a chunk cannot be edited; delete the chunk and insert a new one'
    using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE PROCEDURE aquifer.refuse_foreign_position(IN place pg_snapshot)
 LANGUAGE plpgsql
AS $procedure$
begin
  if pg_snapshot_xmax(place) > pg_snapshot_xmax(pg_current_snapshot()) then
    raise exception 'a position in the ledger is that of another server, whose backup was restored here'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run as the owner: call aquifer.settle_after_restore()';
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.refuse_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'TRUNCATE would pass by tenants, history and audit of %', tg_table_name
    using errcode = 'AQ002', hint = 'Delete the rows, or release the table first.';
end $function$;

CREATE OR REPLACE PROCEDURE aquifer.refuse_untenanted_exclusions(IN target regclass, IN tenant name)
 LANGUAGE plpgsql
AS $procedure$
declare
  shared name := (select conname from pg_constraint where conrelid = target and contype = 'x'
                    and not tenant = any (aquifer.column_names(target, conkey)) limit 1);
begin
  if shared is not null then
    raise exception 'the exclusion constraint % of % reaches across tenants', shared, target using errcode = 'AQ003',
      hint = format('Add "%s with =" to it (extension btree_gist), or adopt with keys => ''none''.', tenant);
  end if;
end $procedure$;

CREATE OR REPLACE PROCEDURE aquifer.refuse_wider_policies(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  wider name := (select polname from pg_policy
    where polrelid = target and polpermissive
      and exists (select from unnest(polroles) as held (role)
                  where role = 0 or pg_has_role('aquifer_app', role, 'usage')) limit 1);
begin
  if wider is not null then
    raise exception 'the policy % of % holds for the application too, and shows it rows of every tenant that it lets through', wider, target
      using errcode = 'AQ003', hint = 'Drop it, make it restrictive, or state other roles for it.';
  end if;
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.relate(child regclass, child_columns name[], parent regclass, on_soft_delete text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
 SET client_min_messages TO 'warning'
AS $function$
#variable_conflict use_variable
declare
  adopted aquifer.entities;
begin
  select * into adopted from aquifer.entities where table_name = child;
  if adopted is null or not exists (select from aquifer.entities where table_name = parent) then
    raise exception 'both tables of a relation must be adopted first' using errcode = 'AQ003';
  end if;
  if on_soft_delete = 'cascade' and not adopted.soft_delete then
    raise exception '% has no soft delete to cascade to', child using errcode = 'AQ003';
  end if;
  insert into aquifer.relations as known (child, child_columns, parent, on_soft_delete)
  values (child, child_columns, parent, on_soft_delete)
  on conflict on constraint relations_pkey do update set on_soft_delete = excluded.on_soft_delete;
  call aquifer.write_triggers(parent);
end $function$;
revoke execute on routine aquifer.relate(regclass,name[],regclass,text) from public;

CREATE OR REPLACE FUNCTION aquifer.relation_actions(target regclass)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  adopted aquifer.entities;
  relation record;
  actions text := '';
  refers text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  if not adopted.soft_delete then return ''; end if;
  for relation in
    select r.*, e.tenant_column, e.soft_delete from aquifer.relations r
    join aquifer.entities e on e.table_name = r.child
    where r.parent = target and r.on_soft_delete <> 'keep' order by r.child, r.child_columns
  loop
    refers := format('from new_rows n join old_rows o on %s where %s = n.%I and (%s) = (%s)',
      aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
      format('c.%I', relation.tenant_column), adopted.tenant_column,
      aquifer.column_list(relation.child_columns, 'c.'), aquifer.column_list(adopted.key_columns, 'n.'));
    actions := actions || case relation.on_soft_delete
      when 'cascade' then format(E'
    update %1$s c set deleted_at = n.deleted_at %2$s and o.deleted_at is null and n.deleted_at is not null and c.deleted_at is null;
    update %1$s c set deleted_at = null %2$s and n.deleted_at is null and c.deleted_at = o.deleted_at;', relation.child, refers)
      when 'set null' then format(E'
    update %s c set (%s) = row(%s) %s and o.deleted_at is null and n.deleted_at is not null;', relation.child,
        aquifer.column_list(relation.child_columns), (select string_agg('null', ', ') from unnest(relation.child_columns)), refers)
      else format(E'
    if exists (select from %s c cross join lateral (select 1 %s and o.deleted_at is null and n.deleted_at is not null%s) as referred) then
      raise exception ''a row of %% is still referred to by %%'', %L, %L using errcode = ''foreign_key_violation'', table = %L;
    end if;', relation.child, refers, case when relation.soft_delete then ' and c.deleted_at is null' else '' end,
        adopted.entity, relation.child::text, relation.child::text)
    end;
  end loop;
  if actions = '' then return ''; end if;
  -- A statement that changes no row has triggers too: without the question a relation to itself would never end.
  return format(E'
    if exists (select from new_rows n join old_rows o on %s where (n.deleted_at is null) <> (o.deleted_at is null)) then%s
    end if;', aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'), actions);
end $function$;

CREATE OR REPLACE FUNCTION aquifer.release(target regclass, keep_columns boolean DEFAULT true)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
 SET client_min_messages TO 'warning'
AS $function$
declare
  adopted aquifer.entities;
  added name;
  parents regclass[];
  related regclass;
begin
  perform pg_advisory_xact_lock(hashtextextended('aquifer.adopt', 0));
  select * into adopted from aquifer.entities where table_name = target;
  if adopted is null then return; end if;
  call aquifer.drop_triggers(target);
  call aquifer.drop_policies(target);
  execute format('alter table %s no force row level security', target);
  execute format('alter table %s disable row level security', target);
  -- Without policies the application role would see every tenant.
  execute format('revoke all on %s from aquifer_app, aquifer_system', target);
  execute format('alter table %s alter column %I drop default', target, adopted.tenant_column);
  update aquifer.entities set encrypted = '{}' where table_name = target;
  call aquifer.write_encryption_checks(target);
  call aquifer.restore_keys(target);
  parents := array(select parent from aquifer.relations where child = target and parent <> target);
  delete from aquifer.relations where target in (child, parent);
  delete from aquifer.entities where table_name = target;
  foreach related in array parents loop
    call aquifer.write_triggers(related);
  end loop;
  if not keep_columns then
    foreach added in array adopted.added_columns loop
      execute format('alter table %s drop column %I', target, added);
    end loop;
  end if;
end $function$;
revoke execute on routine aquifer.release(regclass,boolean) from public;

CREATE OR REPLACE PROCEDURE aquifer.remember_key(IN target regclass, IN kind text, IN key_name name, IN definition text)
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE aquifer.entities SET replaced_keys = (entities.replaced_keys || jsonb_build_object('kind', remember_key.kind, 'name', remember_key.key_name, 'definition', remember_key.definition))
   WHERE ((entities.table_name)::oid = (remember_key.target)::oid);
END;

CREATE OR REPLACE PROCEDURE aquifer.restore_keys(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  key record;
begin
  -- Foreign keys of others that refer to the keys with the tenant go first.
  for key in
    select k.conrelid::regclass as child, k.conname from pg_constraint k
    join aquifer.entities c on c.table_name = k.conrelid
    where k.contype = 'f' and k.confrelid = target and c.replaced_keys @> jsonb_build_array(jsonb_build_object('kind', 'foreign', 'name', k.conname))
  loop
    execute format('alter table %s drop constraint %I', key.child, key.conname);
  end loop;
  for key in
    select * from aquifer.entities, jsonb_to_recordset(replaced_keys) as k (kind text, name name, definition text)
    where table_name = target order by k.kind = 'foreign' desc
  loop
    if key.kind <> 'foreign' or exists (select from pg_constraint where conrelid = target and conname = key.name) then
      call aquifer.drop_key(target, key.kind, key.name);
    end if;
  end loop;
  execute format('alter table %s drop constraint if exists %I', target, aquifer.trait_name('tenant_key', target));
  for key in
    select * from aquifer.entities, jsonb_to_recordset(replaced_keys) as k (kind text, name name, definition text)
    where table_name = target order by k.kind = 'foreign'
  loop
    call aquifer.make_key(target, key.kind, key.name, key.definition);
  end loop;
  for key in
    select c.table_name as child, k.name, k.definition
    from aquifer.entities c, jsonb_to_recordset(c.replaced_keys) as k (kind text, name name, definition text)
    where k.kind = 'foreign' and c.table_name <> target
      and not exists (select from pg_constraint where conrelid = c.table_name and conname = k.name)
  loop
    call aquifer.make_key(key.child, 'foreign', key.name, key.definition);
  end loop;
end $procedure$;
revoke execute on routine aquifer.restore_keys(regclass) from public;

CREATE OR REPLACE FUNCTION aquifer.revertible_columns(entity_name text)
 RETURNS name[]
 LANGUAGE sql
 STABLE
RETURN (SELECT array_agg(a.attname ORDER BY a.attnum) AS array_agg FROM (aquifer.entities e JOIN pg_attribute a ON (((a.attrelid = (e.table_name)::oid) AND (a.attnum > 0) AND (NOT a.attisdropped) AND (a.attgenerated = ''::"char")))) WHERE ((e.entity = revertible_columns.entity_name) AND (a.attname <> e.tenant_column) AND (NOT (a.attname = ANY (e.key_columns))) AND (a.attname <> ALL (ARRAY['revision'::name, 'created_at'::name, 'created_by'::name, 'updated_at'::name, 'updated_by'::name, 'deleted_by'::name, 'embedding_expired_at'::name]))));
grant execute on routine aquifer.revertible_columns(text) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.row_id_condition(target regclass, columns name[])
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (SELECT string_agg(format('t.%I = %s::%s'::text, a.attname, CASE cardinality(row_id_condition.columns) WHEN 1 THEN '$1'::text ELSE format('($1::jsonb ->> %s)'::text, (n.at - 1)) END, format_type(a.atttypid, a.atttypmod)), ' and '::text ORDER BY n.at) AS string_agg FROM (unnest(row_id_condition.columns) WITH ORDINALITY n(name, at) JOIN pg_attribute a ON (((a.attrelid = (row_id_condition.target)::oid) AND (a.attname = n.name)))));

CREATE OR REPLACE FUNCTION aquifer.row_id_expression(columns name[], row_alias text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN CASE cardinality(columns) WHEN 1 THEN format('%s.%I::text'::text, row_alias, (columns)[1]) ELSE format('jsonb_build_array(%s)::text'::text, aquifer.column_list(columns, (row_alias || '.'::text))) END;

CREATE OR REPLACE FUNCTION aquifer.same_columns(target regclass, columns name[], a text, b text)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (SELECT string_agg(format(CASE WHEN ((t.typnamespace = ('pg_catalog'::regnamespace)::oid) OR (t.typtype = ANY (ARRAY['e'::"char", 'd'::"char"]))) THEN '%s.%I = %s.%I'::text ELSE '%s.%I::text = %s.%I::text'::text END, same_columns.a, u.c, same_columns.b, u.c), ' and '::text ORDER BY u.at) AS string_agg FROM ((unnest(same_columns.columns) WITH ORDINALITY u(c, at) JOIN pg_attribute ON (((pg_attribute.attrelid = (same_columns.target)::oid) AND (pg_attribute.attname = u.c)))) JOIN pg_type t ON ((t.oid = pg_attribute.atttypid))));

CREATE OR REPLACE FUNCTION aquifer.seal_audit()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  since pg_snapshot;
  upto pg_snapshot;
  batch record;
  last_seal aquifer.audit_seals;
  sealed bigint := 0;
  asking text := nullif(current_setting('aquifer.tenant_id', true), '');
begin
  select until into since from aquifer.audit_sealed for update;
  call aquifer.refuse_foreign_position(since);
  upto := pg_current_snapshot();
  for batch in
    select tenant_id, array_agg(id order by id) as ids, array_agg(digest order by id) as digests
    from (
      select c.tenant_id, c.id, aquifer.record_digest(c) as digest,
             (row_number() over (partition by c.tenant_id order by c.id) - 1) / 1000 as part
      from aquifer.changes_between(since, upto) c where c.audited
    ) as fresh
    group by tenant_id, part order by tenant_id, part
  loop
    select * into last_seal from aquifer.audit_seals s where s.tenant_id = batch.tenant_id order by seq desc limit 1;
    insert into aquifer.audit_seals (tenant_id, seq, change_ids, digests, previous, digest)
    values (batch.tenant_id, coalesce(last_seal.seq, 0) + 1, batch.ids, batch.digests, coalesce(last_seal.digest, ''),
      aquifer.seal_digest(batch.tenant_id, coalesce(last_seal.seq, 0) + 1, coalesce(last_seal.digest, ''), batch.ids, batch.digests));
    if batch.tenant_id = coalesce(asking, batch.tenant_id) then sealed := sealed + cardinality(batch.ids); end if;
  end loop;
  update aquifer.audit_sealed set until = upto;
  return sealed;
end $function$;
alter routine aquifer.seal_audit() owner to aquifer_system;
revoke execute on routine aquifer.seal_audit() from public;
grant execute on routine aquifer.seal_audit() to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.seal_digest(tenant text, seq bigint, previous bytea, change_ids bigint[], digests bytea[])
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
RETURN sha256((convert_to((jsonb_build_array(tenant, seq, encode(previous, 'hex'::text), change_ids))::text, 'UTF8'::name) || decode(array_to_string(ARRAY(SELECT encode(d.d, 'hex'::text) AS encode FROM unnest(seal_digest.digests) d(d)), ''::text), 'hex'::text)));

CREATE OR REPLACE PROCEDURE aquifer.settle_after_restore()
 LANGUAGE plpgsql
AS $procedure$
declare
  place pg_snapshot := pg_current_snapshot();
  -- What was written here since has a later id, and a transaction that the old positions take for one long past.
  last_restored bigint;
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'call this first in a transaction that has written nothing' using errcode = 'active_sql_transaction';
  end if;
  lock table aquifer.subscriptions, aquifer.audit_sealed, aquifer.changes in access exclusive mode;
  alter table aquifer.changes no force row level security;
  select max(id) into last_restored from aquifer.changes where xid >= pg_snapshot_xmax(place);
  update aquifer.changes c
  set xid = case
    when c.id > last_restored
      or exists (select from aquifer.subscriptions s where not pg_visible_in_snapshot(c.xid, s.done))
      or c.audited and not pg_visible_in_snapshot(c.xid, (select until from aquifer.audit_sealed)) then pg_current_xact_id()
    else '3' end;
  alter table aquifer.changes force row level security;
  update aquifer.subscriptions set done = place, until = null, after_id = 0;
  update aquifer.audit_sealed set until = place;
end $procedure$;
revoke execute on routine aquifer.settle_after_restore() from public;

CREATE OR REPLACE FUNCTION aquifer.sign_embeddings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into aquifer.chunk_signatures (tenant_id, model, chunk_id, window_no, signature)
  select tenant_id, model, chunk_id, window_no, binary_quantize(embedding) from added
  on conflict (tenant_id, model, chunk_id, window_no) do update set signature = excluded.signature;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.soft_delete_body(target regclass)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  adopted aquifer.entities;
  parents_gone text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  select string_agg(format(' or (%s) is not null and not exists (select from %s p where (%s) = (%s))',
      aquifer.column_list(aquifer.column_names(conrelid, conkey), 'old.'), confrelid::regclass,
      aquifer.column_list(aquifer.column_names(confrelid, confkey), 'p.'),
      aquifer.column_list(aquifer.column_names(conrelid, conkey), 'old.')), '')
    into parents_gone
  from pg_constraint where conrelid = target and contype = 'f' and confdeltype = 'c';
  return format(E'begin
  if aquifer.flagged(''purge'')%s then return old; end if;
  update %s as t set deleted_at = clock_timestamp() where %s and t.deleted_at is null;
  return null;
end', coalesce(parents_gone, ''), target, aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 't', 'old'));
end $function$;

CREATE OR REPLACE PROCEDURE aquifer.strike_postings(IN tenant text, IN in_block integer, IN struck integer[], IN struck_lexemes text[])
 LANGUAGE sql
BEGIN ATOMIC
 DELETE FROM aquifer.lexical_postings
   WHERE (((lexical_postings.tenant_id)::text = strike_postings.tenant) AND (lexical_postings.lexeme = ANY (strike_postings.struck_lexemes)) AND (lexical_postings.block = strike_postings.in_block) AND (lexical_postings.chunk_ids <@ strike_postings.struck));
 UPDATE aquifer.lexical_postings posting SET (chunk_ids, frequencies, lengths) = ( SELECT array_agg(item.chunk_id) AS array_agg,
             array_agg(item.frequency) AS array_agg,
             array_agg(item.length) AS array_agg
            FROM UNNEST(posting.chunk_ids, posting.frequencies, posting.lengths) item(chunk_id, frequency, length)
           WHERE (item.chunk_id <> ALL (strike_postings.struck)))
   WHERE (((posting.tenant_id)::text = strike_postings.tenant) AND (posting.lexeme = ANY (strike_postings.struck_lexemes)) AND (posting.block = strike_postings.in_block) AND (posting.chunk_ids && strike_postings.struck));
 UPDATE aquifer.lexical_blocks SET entries = (lexical_blocks.entries - cardinality(strike_postings.struck))
   WHERE (((lexical_blocks.tenant_id)::text = strike_postings.tenant) AND (lexical_blocks.block = strike_postings.in_block));
 DELETE FROM aquifer.lexical_blocks
   WHERE (((lexical_blocks.tenant_id)::text = strike_postings.tenant) AND (lexical_blocks.block = strike_postings.in_block) AND (lexical_blocks.entries = 0));
END;

CREATE OR REPLACE FUNCTION aquifer.subscription_lag(subscriber text)
 RETURNS TABLE(waiting bigint, oldest_at timestamp with time zone)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT count(c.id) AS count,
     min(c.at) AS min
    FROM (aquifer.subscriptions s
      LEFT JOIN LATERAL aquifer.changes_between(s.done, pg_current_snapshot()) c(id, at, xid, tenant_id, entity, row_id, operation, action, result, revision, changed, before, "row", actor_id, roles, request, event, audited, versioned) ON ((c.event AND (NOT ((s.until IS NOT NULL) AND pg_visible_in_snapshot(c.xid, s.until) AND (c.id <= s.after_id))))))
   WHERE (s.name = subscription_lag.subscriber);
END;
revoke execute on routine aquifer.subscription_lag(text) from public;
grant execute on routine aquifer.subscription_lag(text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.tenant_expression(target regclass, tenant name)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (SELECT ('(select aquifer.current_tenant())'::text || CASE WHEN (format_type(pg_attribute.atttypid, NULL::integer) = ANY (ARRAY['text'::text, 'character varying'::text, 'aquifer.tenant_id'::text, 'tenant_id'::text])) THEN ''::text ELSE ('::'::text || format_type(pg_attribute.atttypid, NULL::integer)) END) FROM pg_attribute WHERE ((pg_attribute.attrelid = (tenant_expression.target)::oid) AND (pg_attribute.attname = tenant_expression.tenant)));

CREATE OR REPLACE FUNCTION aquifer.touch_body(target regclass)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  adopted aquifer.entities;
  body text := 'begin';
  searched text[];
  as_text text := '%s.%I::text';
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  body := body || format(E'\n  if not (%s) then\n    raise exception ''the tenant and the key of a row in %% do not change'', %L using errcode = ''AQ002'';\n  end if;',
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'new', 'old'), adopted.entity);
  if adopted.versioned or adopted.events then
    body := body || E'\n  new.revision := old.revision + 1;';
  end if;
  if adopted.timestamps then
    body := body || E'\n  new.created_at := old.created_at;\n  new.created_by := old.created_by;'
                 || E'\n  new.updated_at := clock_timestamp();\n  new.updated_by := aquifer.current_actor();';
  end if;
  if adopted.soft_delete then
    -- now() means this moment: rows deleted one after the other in one transaction are told apart, so that a
    -- restore brings back those that went with the row, and no others.
    body := body || E'\n  if new.deleted_at = now() then new.deleted_at := clock_timestamp(); end if;'
                 || E'\n  if new.deleted_at is null then new.deleted_by := null;'
                 || E'\n  elsif old.deleted_at is null then new.deleted_by := aquifer.current_actor(); end if;';
  end if;
  searched := array(select distinct jsonb_array_elements_text(value) from jsonb_each(adopted.searchable));
  if cardinality(searched) > 0 then
    body := body || format(E'\n  if (%s) is distinct from (%s) then new.embedding_expired_at := clock_timestamp(); end if;',
      (select string_agg(format(as_text, 'old', c), ', ') from unnest(searched) as c),
      (select string_agg(format(as_text, 'new', c), ', ') from unnest(searched) as c));
  end if;
  return body || E'\n  return new;\nend';
end $function$;

CREATE OR REPLACE FUNCTION aquifer.trait_name(prefix text, target regclass)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (SELECT (("left"(regexp_replace(((((trait_name.prefix || '_'::text) || (n.nspname)::text) || '_'::text) || (c.relname)::text), '[^A-Za-z0-9_]'::text, '_'::text, 'g'::text), 50) || '_'::text) || "left"(md5((((n.nspname)::text || '.'::text) || (c.relname)::text)), 8)) FROM (pg_class c JOIN pg_namespace n ON ((n.oid = c.relnamespace))) WHERE (c.oid = (trait_name.target)::oid));

CREATE OR REPLACE FUNCTION aquifer.untenanted_foreign_keys(target regclass)
 RETURNS TABLE(child regclass, parent regclass, key_name name, definition text, child_tenant name, parent_tenant name)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT (k.conrelid)::regclass AS conrelid,
     (k.confrelid)::regclass AS confrelid,
     k.conname,
     pg_get_constraintdef(k.oid) AS pg_get_constraintdef,
     c.tenant_column,
     p.tenant_column
    FROM ((pg_constraint k
      JOIN aquifer.entities c ON (((c.table_name)::oid = k.conrelid)))
      JOIN aquifer.entities p ON (((p.table_name)::oid = k.confrelid)))
   WHERE ((k.contype = 'f'::"char") AND (((untenanted_foreign_keys.target)::oid = k.conrelid) OR ((untenanted_foreign_keys.target)::oid = k.confrelid)) AND (NOT (c.tenant_column = ANY (aquifer.column_names((k.conrelid)::regclass, k.conkey)))));
END;

CREATE OR REPLACE FUNCTION aquifer.untenanted_unique_keys(target regclass, tenant name, with_primary boolean)
 RETURNS TABLE(kind text, key_name name, definition text)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT
         CASE k.contype
             WHEN 'p'::"char" THEN 'primary'::text
             ELSE 'unique'::text
         END AS "case",
     k.conname,
     pg_get_constraintdef(k.oid) AS pg_get_constraintdef
    FROM pg_constraint k
   WHERE ((k.conrelid = (untenanted_unique_keys.target)::oid) AND ((k.contype = 'u'::"char") OR ((k.contype = 'p'::"char") AND untenanted_unique_keys.with_primary)) AND (NOT (untenanted_unique_keys.tenant = ANY (aquifer.column_names(untenanted_unique_keys.target, k.conkey)))))
 UNION ALL
  SELECT 'index'::text,
     c.relname,
     regexp_replace(pg_get_indexdef(i.indexrelid), '^(CREATE UNIQUE INDEX .+? ON) ONLY '::text, '\1 '::text) AS regexp_replace
    FROM (pg_index i
      JOIN pg_class c ON ((c.oid = i.indexrelid)))
   WHERE ((i.indrelid = (untenanted_unique_keys.target)::oid) AND i.indisunique AND (NOT i.indisprimary) AND (NOT (EXISTS ( SELECT
            FROM pg_constraint k
           WHERE ((k.conindid = i.indexrelid) AND (k.contype = ANY (ARRAY['p'::"char", 'u'::"char", 'x'::"char"])))))) AND (NOT (EXISTS ( SELECT
            FROM (unnest((i.indkey)::smallint[]) WITH ORDINALITY part(number, at)
              JOIN pg_attribute a ON (((a.attrelid = (untenanted_unique_keys.target)::oid) AND (a.attnum = part.number))))
           WHERE ((a.attname = untenanted_unique_keys.tenant) AND (part.at <= i.indnkeyatts))))));
END;

CREATE OR REPLACE FUNCTION aquifer.verify_audit(anchor_seq bigint DEFAULT NULL::bigint, anchor_digest bytea DEFAULT NULL::bytea)
 RETURNS TABLE(problem text, seq bigint, change_id bigint)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH seals AS (
          SELECT s.tenant_id,
             s.seq,
             s.change_ids,
             s.digests,
             s.previous,
             s.digest,
             s.sealed_at,
             lag(s.digest, 1, '\x'::bytea) OVER (ORDER BY s.seq) AS expected_previous,
             row_number() OVER (ORDER BY s.seq) AS expected_seq
            FROM aquifer.audit_seals s
           WHERE (s.tenant_id = ( SELECT aquifer.current_tenant() AS current_tenant))
         ), sealed AS (
          SELECT s.seq,
             item.id,
             item.digest,
             c.id AS found,
             aquifer.record_digest(c.*) AS actual
            FROM ((seals s
              CROSS JOIN LATERAL UNNEST(s.change_ids, s.digests) item(id, digest))
              LEFT JOIN aquifer.changes c ON (((c.tenant_id = ( SELECT aquifer.current_tenant() AS current_tenant)) AND (c.id = item.id) AND c.audited)))
         )
  SELECT 'a seal is missing before this one'::text,
     seals.seq,
     NULL::bigint AS int8
    FROM seals
   WHERE ((seals.seq <> seals.expected_seq) OR (seals.previous <> seals.expected_previous))
 UNION ALL
  SELECT 'the seal was altered'::text,
     seals.seq,
     NULL::bigint
    FROM seals
   WHERE (seals.digest <> aquifer.seal_digest(seals.tenant_id, seals.seq, seals.previous, seals.change_ids, seals.digests))
 UNION ALL
  SELECT
         CASE
             WHEN (sealed.found IS NULL) THEN 'the record is missing'::text
             ELSE 'the record was altered'::text
         END AS "case",
     sealed.seq,
     sealed.id
    FROM sealed
   WHERE ((sealed.found IS NULL) OR (sealed.actual <> sealed.digest))
 UNION ALL
  SELECT 'the record was never sealed'::text,
     NULL::bigint,
     c.id
    FROM aquifer.changes c,
     aquifer.audit_sealed w
   WHERE ((c.tenant_id = ( SELECT aquifer.current_tenant() AS current_tenant)) AND c.audited AND pg_visible_in_snapshot(c.xid, w.until) AND (NOT (EXISTS ( SELECT
            FROM sealed
           WHERE (sealed.id = c.id)))))
 UNION ALL
  SELECT 'the chain no longer holds the anchor'::text,
     verify_audit.anchor_seq AS anchor_seq,
     NULL::bigint
   WHERE ((verify_audit.anchor_seq IS NOT NULL) AND (NOT (EXISTS ( SELECT
            FROM seals
           WHERE ((seals.seq = verify_audit.anchor_seq) AND (seals.digest = verify_audit.anchor_digest))))));
END;
grant execute on routine aquifer.verify_audit(bigint,bytea) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.with_tenant(definition text, tenant name)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN regexp_replace(definition, '^((CREATE .+? USING btree|FOREIGN KEY|PRIMARY KEY|UNIQUE( NULLS NOT DISTINCT)?) )\('::text, (('\1('::text || quote_ident((tenant)::text)) || ', '::text));

CREATE OR REPLACE PROCEDURE aquifer.write_encryption_checks(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  checked name;
begin
  for checked in select conname from pg_constraint where conrelid = target and conname like 'aquifer\_encrypted\_%' loop
    execute format('alter table %s drop constraint %I', target, checked);
  end loop;
  for checked in select unnest(encrypted) from aquifer.entities where table_name = target loop
    execute format('alter table %s add constraint %I check (%I is null or starts_with(%I, ''aqe1.'')) not valid',
      target, left('aquifer_encrypted_' || checked, 63), checked, checked);
  end loop;
end $procedure$;

CREATE OR REPLACE PROCEDURE aquifer.write_policies(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  adopted aquifer.entities;
  own text;
  visible text;
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  own := format('%I = %s', adopted.tenant_column, aquifer.tenant_expression(target, adopted.tenant_column));
  visible := own || case when adopted.soft_delete
    then ' and (deleted_at is null or (select aquifer.flagged(''deleted'')))' else '' end;
  call aquifer.drop_policies(target);
  call aquifer.refuse_wider_policies(target);
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_isolation on %s to aquifer_app using (%s) with check (%s)', target, visible, own);
  execute format('create policy system_access on %s to aquifer_system using (true) with check (true)', target);
end $procedure$;
revoke execute on routine aquifer.write_policies(regclass) from public;

CREATE OR REPLACE FUNCTION aquifer.write_row(entity_name text, id text, fields jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  adopted aquifer.entities := aquifer.adopted_entity(entity_name);
  columns name[] := array(select c from unnest(aquifer.revertible_columns(entity_name)) as c where fields ? c);
  revision bigint;
begin
  if cardinality(columns) = 0 then return (aquifer.read_row(entity_name, id) ->> 'revision')::bigint; end if;
  execute format('update %1$s t set (%2$s) = row(%3$s) from jsonb_populate_record(null::%1$s, $2) as v where t.%4$I = %5$s and %6$s returning t.revision',
    adopted.table_name, aquifer.column_list(columns), aquifer.column_list(columns, 'v.'), adopted.tenant_column,
    aquifer.tenant_expression(adopted.table_name, adopted.tenant_column),
    aquifer.row_id_condition(adopted.table_name, adopted.key_columns))
    into revision using id, fields;
  return revision;
end $function$;
grant execute on routine aquifer.write_row(text,text,jsonb) to aquifer_app;

CREATE OR REPLACE PROCEDURE aquifer.write_trait_function(IN function_name text, IN body text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format(
    'create or replace function aquifer.%I() returns trigger language plpgsql security definer '
    'set search_path = pg_catalog, aquifer, pg_temp as %L', function_name, body);
  execute format('alter function aquifer.%I() owner to aquifer_system', function_name);
  execute format('revoke execute on function aquifer.%I() from public', function_name);
end $procedure$;
revoke execute on routine aquifer.write_trait_function(text,text) from public;

CREATE OR REPLACE PROCEDURE aquifer.write_triggers(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
declare
  adopted aquifer.entities;
  records text := aquifer.trait_name('record', target);
begin
  select * into strict adopted from aquifer.entities where table_name = target;
  call aquifer.drop_triggers(target);
  call aquifer.write_trait_function(aquifer.trait_name('touch', target), aquifer.touch_body(target));
  execute format('create trigger aquifer_touch before update on %s for each row execute function aquifer.%I()',
    target, aquifer.trait_name('touch', target));
  execute format('create trigger aquifer_truncate before truncate on %s execute function aquifer.refuse_truncate()', target);
  if adopted.soft_delete then
    call aquifer.write_trait_function(aquifer.trait_name('soft_delete', target), aquifer.soft_delete_body(target));
    execute format('create trigger aquifer_soft_delete before delete on %s for each row execute function aquifer.%I()',
      target, aquifer.trait_name('soft_delete', target));
  end if;
  if adopted.audited or adopted.versioned or adopted.events or aquifer.relation_actions(target) <> '' then
    call aquifer.write_trait_function(records, aquifer.record_body(target));
    execute format('create trigger aquifer_inserted after insert on %s referencing new table as new_rows '
      'for each statement execute function aquifer.%I()', target, records);
    execute format('create trigger aquifer_updated after update on %s referencing old table as old_rows new table as new_rows '
      'for each statement execute function aquifer.%I()', target, records);
    execute format('create trigger aquifer_deleted after delete on %s referencing old table as old_rows '
      'for each statement execute function aquifer.%I()', target, records);
  end if;
end $procedure$;
revoke execute on routine aquifer.write_triggers(regclass) from public;

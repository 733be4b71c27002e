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

create text search configuration aquifer.arabic
  asciihword with arabic_stem
  asciiword with arabic_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with arabic_stem
  hword_asciipart with arabic_stem
  hword_numpart with simple
  hword_part with arabic_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with arabic_stem;

create text search configuration aquifer.armenian
  asciihword with armenian_stem
  asciiword with armenian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with armenian_stem
  hword_asciipart with armenian_stem
  hword_numpart with simple
  hword_part with armenian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with armenian_stem;

create text search configuration aquifer.basque
  asciihword with basque_stem
  asciiword with basque_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with basque_stem
  hword_asciipart with basque_stem
  hword_numpart with simple
  hword_part with basque_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with basque_stem;

create text search configuration aquifer.catalan
  asciihword with catalan_stem
  asciiword with catalan_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with catalan_stem
  hword_asciipart with catalan_stem
  hword_numpart with simple
  hword_part with catalan_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with catalan_stem;

create text search configuration aquifer.danish
  asciihword with danish_stem
  asciiword with danish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with danish_stem
  hword_asciipart with danish_stem
  hword_numpart with simple
  hword_part with danish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with danish_stem;

create text search configuration aquifer.dutch
  asciihword with dutch_stem
  asciiword with dutch_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with dutch_stem
  hword_asciipart with dutch_stem
  hword_numpart with simple
  hword_part with dutch_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with dutch_stem;

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

create text search configuration aquifer.finnish
  asciihword with finnish_stem
  asciiword with finnish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with finnish_stem
  hword_asciipart with finnish_stem
  hword_numpart with simple
  hword_part with finnish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with finnish_stem;

create text search configuration aquifer.french
  asciihword with french_stem
  asciiword with french_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with french_stem
  hword_asciipart with french_stem
  hword_numpart with simple
  hword_part with french_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with french_stem;

create text search configuration aquifer.german
  asciihword with german_stem
  asciiword with german_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with german_stem
  hword_asciipart with german_stem
  hword_numpart with simple
  hword_part with german_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with german_stem;

create text search configuration aquifer.greek
  asciihword with greek_stem
  asciiword with greek_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with greek_stem
  hword_asciipart with greek_stem
  hword_numpart with simple
  hword_part with greek_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with greek_stem;

create text search configuration aquifer.hindi
  asciihword with english_stem
  asciiword with english_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with hindi_stem
  hword_asciipart with english_stem
  hword_numpart with simple
  hword_part with hindi_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with hindi_stem;

create text search configuration aquifer.hungarian
  asciihword with hungarian_stem
  asciiword with hungarian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with hungarian_stem
  hword_asciipart with hungarian_stem
  hword_numpart with simple
  hword_part with hungarian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with hungarian_stem;

create text search configuration aquifer.indonesian
  asciihword with indonesian_stem
  asciiword with indonesian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with indonesian_stem
  hword_asciipart with indonesian_stem
  hword_numpart with simple
  hword_part with indonesian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with indonesian_stem;

create text search configuration aquifer.irish
  asciihword with irish_stem
  asciiword with irish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with irish_stem
  hword_asciipart with irish_stem
  hword_numpart with simple
  hword_part with irish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with irish_stem;

create text search configuration aquifer.italian
  asciihword with italian_stem
  asciiword with italian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with italian_stem
  hword_asciipart with italian_stem
  hword_numpart with simple
  hword_part with italian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with italian_stem;

create text search configuration aquifer.lithuanian
  asciihword with lithuanian_stem
  asciiword with lithuanian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with lithuanian_stem
  hword_asciipart with lithuanian_stem
  hword_numpart with simple
  hword_part with lithuanian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with lithuanian_stem;

create text search configuration aquifer.nepali
  asciihword with nepali_stem
  asciiword with nepali_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with nepali_stem
  hword_asciipart with nepali_stem
  hword_numpart with simple
  hword_part with nepali_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with nepali_stem;

create text search configuration aquifer.norwegian
  asciihword with norwegian_stem
  asciiword with norwegian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with norwegian_stem
  hword_asciipart with norwegian_stem
  hword_numpart with simple
  hword_part with norwegian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with norwegian_stem;

create text search configuration aquifer.portuguese
  asciihword with portuguese_stem
  asciiword with portuguese_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with portuguese_stem
  hword_asciipart with portuguese_stem
  hword_numpart with simple
  hword_part with portuguese_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with portuguese_stem;

create text search configuration aquifer.romanian
  asciihword with romanian_stem
  asciiword with romanian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with romanian_stem
  hword_asciipart with romanian_stem
  hword_numpart with simple
  hword_part with romanian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with romanian_stem;

create text search configuration aquifer.russian
  asciihword with english_stem
  asciiword with english_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with russian_stem
  hword_asciipart with english_stem
  hword_numpart with simple
  hword_part with russian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with russian_stem;

create text search configuration aquifer.serbian
  asciihword with serbian_stem
  asciiword with serbian_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with serbian_stem
  hword_asciipart with serbian_stem
  hword_numpart with simple
  hword_part with serbian_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with serbian_stem;

create text search configuration aquifer.simple
  asciihword with simple
  asciiword with simple
  email with simple
  file with simple
  float with simple
  host with simple
  hword with public.unaccent, simple
  hword_asciipart with simple
  hword_numpart with simple
  hword_part with public.unaccent, simple
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with public.unaccent, simple;

create text search configuration aquifer.spanish
  asciihword with spanish_stem
  asciiword with spanish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with spanish_stem
  hword_asciipart with spanish_stem
  hword_numpart with simple
  hword_part with spanish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with spanish_stem;

create text search configuration aquifer.swedish
  asciihword with swedish_stem
  asciiword with swedish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with swedish_stem
  hword_asciipart with swedish_stem
  hword_numpart with simple
  hword_part with swedish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with swedish_stem;

create text search configuration aquifer.tamil
  asciihword with tamil_stem
  asciiword with tamil_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with tamil_stem
  hword_asciipart with tamil_stem
  hword_numpart with simple
  hword_part with tamil_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with tamil_stem;

create text search configuration aquifer.turkish
  asciihword with turkish_stem
  asciiword with turkish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with turkish_stem
  hword_asciipart with turkish_stem
  hword_numpart with simple
  hword_part with turkish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with turkish_stem;

create text search configuration aquifer.yiddish
  asciihword with yiddish_stem
  asciiword with yiddish_stem
  email with simple
  file with simple
  float with simple
  host with simple
  hword with yiddish_stem
  hword_asciipart with yiddish_stem
  hword_numpart with simple
  hword_part with yiddish_stem
  int with simple
  numhword with simple
  numword with simple
  sfloat with simple
  uint with simple
  url with simple
  url_path with simple
  version with simple
  word with yiddish_stem;

-- sequences

create sequence aquifer.change_ids;
grant usage on sequence aquifer.change_ids to aquifer_system;

create sequence aquifer.write_behind_sequence;
grant usage on sequence aquifer.write_behind_sequence to aquifer_app;
grant usage on sequence aquifer.write_behind_sequence to aquifer_system;

-- tables

create table aquifer.api_keys (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id text collate "C" not null,
  name text not null,
  hash bytea not null,
  roles text[] default '{}'::text[] not null,
  permissions text[] default '{}'::text[] not null,
  created_at timestamp with time zone default now() not null,
  created_by text default aquifer.current_actor(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  rotated_from text,
  constraint api_keys_hash_check CHECK ((octet_length(hash) = 32)),
  constraint api_keys_id_check CHECK ((id ~ '^[0-9A-Za-z]{12}$'::text)),
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint api_keys_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_by_id ON aquifer.api_keys USING btree (id);
alter table aquifer.api_keys enable row level security;
alter table aquifer.api_keys force row level security;
create policy system_access on aquifer.api_keys as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.api_keys as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant insert on aquifer.api_keys to aquifer_app;
grant insert, select, update on aquifer.api_keys to aquifer_system;

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
create policy collection_readers on aquifer.changes as restrictive for select to aquifer_app
  using (((entity <> 'aquifer.documents'::text) OR ("row" IS NULL) OR ( SELECT aquifer.reads_everything() AS reads_everything) OR ((("row" ->> 'collection_id'::text))::integer = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[]))));
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
CREATE INDEX chunks_of_hash ON aquifer.chunks USING hash (hash);
alter table aquifer.chunks enable row level security;
alter table aquifer.chunks force row level security;
create policy collection_readers on aquifer.chunks as restrictive for select to aquifer_app
  using ((( SELECT aquifer.reads_everything() AS reads_everything) OR (document_id IN ( SELECT documents.id
   FROM aquifer.documents))));
create policy system_access on aquifer.chunks as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.chunks as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER analyse_added AFTER INSERT ON aquifer.chunks REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.analyse_added_chunks();
CREATE TRIGGER refuse_edit BEFORE UPDATE OF id, tenant_id, document_id, context, content ON aquifer.chunks FOR EACH ROW WHEN ((((((old.id IS DISTINCT FROM new.id) OR ((old.tenant_id)::text IS DISTINCT FROM (new.tenant_id)::text)) OR (old.document_id IS DISTINCT FROM new.document_id)) OR (old.context IS DISTINCT FROM new.context)) OR (old.content IS DISTINCT FROM new.content))) EXECUTE FUNCTION aquifer.refuse_edited_chunk();
CREATE TRIGGER remove_entries AFTER DELETE ON aquifer.chunks REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_chunk_entries();
CREATE TRIGGER remove_vectors AFTER DELETE ON aquifer.chunks REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_chunk_vectors();
grant delete, insert, select, update on aquifer.chunks to aquifer_app;
grant delete, insert, select, update on aquifer.chunks to aquifer_system;

create table aquifer.collections (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id integer generated always as identity not null,
  kind text default 'documents'::text not null,
  name text not null,
  language text default 'auto'::text not null,
  chunking jsonb default '{}'::jsonb not null,
  model text,
  retention interval,
  readers text[],
  writers text[],
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  vector_store_id text default ('vs_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)) not null,
  title text,
  labels jsonb default '{}'::jsonb not null,
  expires_after_days integer,
  last_active_at timestamp with time zone default now() not null,
  constraint collections_chunking_check CHECK ((jsonb_typeof(chunking) = 'object'::text)),
  constraint collections_expires_after_days_check CHECK (((expires_after_days >= 1) AND (expires_after_days <= 365))),
  constraint collections_kind_check CHECK ((kind = ANY (ARRAY['documents'::text, 'entity'::text]))),
  constraint collections_labels_check CHECK ((jsonb_typeof(labels) = 'object'::text)),
  constraint collections_name_check CHECK ((name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$'::text)),
  constraint collections_pkey PRIMARY KEY (tenant_id, id),
  constraint collections_tenant_id_kind_name_key UNIQUE (tenant_id, kind, name),
  constraint collections_tenant_id_vector_store_id_key UNIQUE (tenant_id, vector_store_id),
  constraint collections_title_check CHECK (((length(title) >= 1) AND (length(title) <= 256)))
);
alter table aquifer.collections enable row level security;
alter table aquifer.collections force row level security;
create policy deleters on aquifer.collections as restrictive for delete to aquifer_app
  using (aquifer.has_role_of(writers));
create policy readers on aquifer.collections as restrictive for select to aquifer_app
  using (aquifer.has_role_of(readers));
create policy system_access on aquifer.collections as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.collections as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
create policy updaters on aquifer.collections as restrictive for update to aquifer_app
  using (aquifer.has_role_of(writers));
CREATE TRIGGER remove_words AFTER DELETE ON aquifer.collections REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_collection_words();
grant delete, insert, select, update on aquifer.collections to aquifer_app;
grant delete, insert, select, update on aquifer.collections to aquifer_system;

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

create table aquifer.document_trash (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id uuid not null,
  collection_id integer not null,
  source text not null,
  file_id uuid,
  document jsonb not null,
  deleted_at timestamp with time zone default clock_timestamp() not null,
  deleted_by text default aquifer.current_actor(),
  constraint document_trash_pkey PRIMARY KEY (tenant_id, id),
  constraint document_trash_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE,
  constraint document_trash_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES aquifer.files(tenant_id, id) ON DELETE SET NULL (file_id)
);
CREATE INDEX document_trash_by_age ON aquifer.document_trash USING btree (deleted_at);
CREATE INDEX document_trash_newest ON aquifer.document_trash USING btree (tenant_id, collection_id, deleted_at, id);
CREATE INDEX document_trash_of_file ON aquifer.document_trash USING btree (tenant_id, file_id) WHERE (file_id IS NOT NULL);
alter table aquifer.document_trash enable row level security;
alter table aquifer.document_trash force row level security;
create policy collection_deleters on aquifer.document_trash as restrictive for delete to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_inserters on aquifer.document_trash as restrictive for insert to aquifer_app
  with check ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_readers on aquifer.document_trash as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy collection_updaters on aquifer.document_trash as restrictive for update to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy system_access on aquifer.document_trash as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.document_trash as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER purged AFTER DELETE ON aquifer.document_trash REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_purged_documents();
grant delete, insert, select, update on aquifer.document_trash to aquifer_app;
grant delete, insert, select, update on aquifer.document_trash to aquifer_system;

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
  collection_id integer default aquifer.default_collection() not null,
  embedding_expired_at timestamp with time zone default clock_timestamp(),
  file_id uuid,
  constraint documents_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
  constraint documents_pkey PRIMARY KEY (tenant_id, id),
  constraint documents_source_check CHECK (((length(source) >= 1) AND (length(source) <= 4096))),
  constraint documents_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE,
  constraint documents_tenant_id_collection_id_source_key UNIQUE (tenant_id, collection_id, source),
  constraint documents_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES aquifer.files(tenant_id, id) ON DELETE SET NULL (file_id)
);
CREATE INDEX documents_expired ON aquifer.documents USING btree (tenant_id, collection_id, embedding_expired_at, id) WHERE (embedding_expired_at IS NOT NULL);
CREATE INDEX documents_of_file ON aquifer.documents USING btree (tenant_id, file_id) WHERE (file_id IS NOT NULL);
alter table aquifer.documents enable row level security;
alter table aquifer.documents force row level security;
create policy collection_deleters on aquifer.documents as restrictive for delete to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_inserters on aquifer.documents as restrictive for insert to aquifer_app
  with check ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_readers on aquifer.documents as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy collection_updaters on aquifer.documents as restrictive for update to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy system_access on aquifer.documents as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.documents as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER clear_row_flags AFTER UPDATE ON aquifer.documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.clear_row_flags();
CREATE TRIGGER documents_deleted AFTER DELETE ON aquifer.documents REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
CREATE TRIGGER documents_inserted AFTER INSERT ON aquifer.documents REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
CREATE TRIGGER documents_updated AFTER UPDATE ON aquifer.documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_documents();
CREATE TRIGGER expire_embedding BEFORE UPDATE OF title, content ON aquifer.documents FOR EACH ROW WHEN ((((old.title IS DISTINCT FROM new.title) OR (old.content IS DISTINCT FROM new.content)) AND (NOT ((old.source_hash IS DISTINCT FROM new.source_hash) OR (old.recipe_hash IS DISTINCT FROM new.recipe_hash))))) EXECUTE FUNCTION aquifer.expire_document();
CREATE TRIGGER refuse_move BEFORE UPDATE OF tenant_id, collection_id ON aquifer.documents FOR EACH ROW WHEN ((((old.tenant_id)::text IS DISTINCT FROM (new.tenant_id)::text) OR (old.collection_id IS DISTINCT FROM new.collection_id))) EXECUTE FUNCTION aquifer.refuse_moved_document();
grant delete, insert, select, update on aquifer.documents to aquifer_app;
grant delete, insert, select, update on aquifer.documents to aquifer_system;

create table aquifer.embedding_failures (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  document_id uuid not null,
  expired_at timestamp with time zone not null,
  attempts integer not null,
  code text not null,
  reason text not null,
  failed_at timestamp with time zone default clock_timestamp() not null,
  retry_at timestamp with time zone not null,
  dead boolean not null,
  constraint embedding_failures_pkey PRIMARY KEY (tenant_id, document_id),
  constraint embedding_failures_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES aquifer.documents(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.embedding_failures enable row level security;
alter table aquifer.embedding_failures force row level security;
create policy system_access on aquifer.embedding_failures as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.embedding_failures as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.embedding_failures to aquifer_app;
grant delete, insert, select, update on aquifer.embedding_failures to aquifer_system;

create table aquifer.embedding_usage (
  tenant_id aquifer.tenant_id not null,
  day date not null,
  model text collate "C" not null,
  requests bigint default 0 not null,
  texts bigint default 0 not null,
  tokens bigint default 0 not null,
  cost numeric(24,10) default 0 not null,
  constraint embedding_usage_pkey PRIMARY KEY (tenant_id, day, model)
);
alter table aquifer.embedding_usage enable row level security;
alter table aquifer.embedding_usage force row level security;
create policy system_access on aquifer.embedding_usage as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.embedding_usage as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.embedding_usage to aquifer_system;
grant select on aquifer.embedding_usage to aquifer_app;

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

create table aquifer.files (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id uuid default gen_random_uuid() not null,
  name text not null,
  media_type text not null,
  sha256 text collate "C" not null,
  bytes bigint not null,
  purpose text not null,
  store text not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  created_by text default aquifer.current_actor(),
  expires_at timestamp with time zone,
  constraint files_bytes_check CHECK ((bytes >= 0)),
  constraint files_media_type_check CHECK (((length(media_type) >= 3) AND (length(media_type) <= 255))),
  constraint files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1024))),
  constraint files_pkey PRIMARY KEY (tenant_id, id),
  constraint files_purpose_check CHECK (((length(purpose) >= 1) AND (length(purpose) <= 128))),
  constraint files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE INDEX files_expiring ON aquifer.files USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX files_newest ON aquifer.files USING btree (tenant_id, created_at, id);
CREATE INDEX files_of_content ON aquifer.files USING btree (sha256, tenant_id);
alter table aquifer.files enable row level security;
alter table aquifer.files force row level security;
create policy system_access on aquifer.files as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.files as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select on aquifer.files to aquifer_app;
grant delete, insert, select, update on aquifer.files to aquifer_system;

create table aquifer.idempotency_keys (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  key text not null,
  fingerprint bytea not null,
  status integer,
  headers jsonb,
  body text,
  held_until timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_by_age ON aquifer.idempotency_keys USING btree (created_at);
alter table aquifer.idempotency_keys enable row level security;
alter table aquifer.idempotency_keys force row level security;
create policy system_access on aquifer.idempotency_keys as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.idempotency_keys as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.idempotency_keys to aquifer_app;
grant delete, insert, select, update on aquifer.idempotency_keys to aquifer_system;

create table aquifer.indexed_keys (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  namespace text not null,
  key text not null,
  group_id text,
  seen_at double precision not null,
  constraint indexed_keys_namespace_check CHECK (((length(namespace) >= 1) AND (length(namespace) <= 128))),
  constraint indexed_keys_pkey PRIMARY KEY (tenant_id, namespace, key)
);
CREATE INDEX indexed_keys_group ON aquifer.indexed_keys USING btree (tenant_id, namespace, group_id, seen_at);
alter table aquifer.indexed_keys enable row level security;
alter table aquifer.indexed_keys force row level security;
create policy system_access on aquifer.indexed_keys as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.indexed_keys as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.indexed_keys to aquifer_app;
grant delete, insert, select, update on aquifer.indexed_keys to aquifer_system;

create table aquifer.item_counters (
  tenant_id aquifer.tenant_id not null,
  last_id integer not null,
  constraint chunk_counters_pkey PRIMARY KEY (tenant_id)
);
alter table aquifer.item_counters enable row level security;
alter table aquifer.item_counters force row level security;
create policy system_access on aquifer.item_counters as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.item_counters as permissive for all to public
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.item_counters to aquifer_app;
grant delete, insert, select, update on aquifer.item_counters to aquifer_system;

create table aquifer.lexical_blocks (
  tenant_id aquifer.tenant_id not null,
  collection_id integer not null,
  block integer not null,
  first_id integer not null,
  last_id integer not null,
  entries integer not null,
  constraint lexical_blocks_pkey PRIMARY KEY (tenant_id, collection_id, block),
  constraint lexical_blocks_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.lexical_blocks enable row level security;
alter table aquifer.lexical_blocks force row level security;
create policy system_access on aquifer.lexical_blocks as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_blocks as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_blocks to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_blocks to aquifer_system;

create table aquifer.lexical_entries (
  tenant_id aquifer.tenant_id not null,
  collection_id integer not null,
  item_id integer not null,
  language text not null,
  length integer not null,
  lexemes tsvector not null,
  constraint lexical_entries_pkey PRIMARY KEY (tenant_id, collection_id, item_id)
);
alter table aquifer.lexical_entries enable row level security;
alter table aquifer.lexical_entries force row level security;
create policy collection_readers on aquifer.lexical_entries as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy system_access on aquifer.lexical_entries as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_entries as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER count_added AFTER INSERT ON aquifer.lexical_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.count_added_entries();
CREATE TRIGGER count_removed AFTER DELETE ON aquifer.lexical_entries REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.count_removed_entries();
grant delete, insert, select, update on aquifer.lexical_entries to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_entries to aquifer_system;

create table aquifer.lexical_postings (
  tenant_id aquifer.tenant_id not null,
  collection_id integer not null,
  language text collate "C" not null,
  lexeme text collate "C" not null,
  block integer not null,
  holders integer not null,
  item_ids integer[] not null,
  frequencies smallint[] not null,
  lengths integer[] not null,
  constraint lexical_postings_pkey PRIMARY KEY (tenant_id, collection_id, lexeme, language, block) INCLUDE (holders)
);
CREATE INDEX lexical_postings_block ON aquifer.lexical_postings USING btree (tenant_id, collection_id, block);
alter table aquifer.lexical_postings enable row level security;
alter table aquifer.lexical_postings force row level security;
create policy collection_readers on aquifer.lexical_postings as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy system_access on aquifer.lexical_postings as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_postings as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_postings to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_postings to aquifer_system;

create table aquifer.lexical_statistics (
  tenant_id aquifer.tenant_id not null,
  collection_id integer not null,
  entries integer not null,
  total_length bigint not null,
  languages text[] not null,
  folded_to integer default 0 not null,
  last_block integer default 0 not null,
  constraint lexical_statistics_pkey PRIMARY KEY (tenant_id, collection_id),
  constraint lexical_statistics_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.lexical_statistics enable row level security;
alter table aquifer.lexical_statistics force row level security;
create policy system_access on aquifer.lexical_statistics as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexical_statistics as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexical_statistics to aquifer_app;
grant delete, insert, select, update on aquifer.lexical_statistics to aquifer_system;

create table aquifer.lexicon (
  tenant_id aquifer.tenant_id not null,
  collection_id integer not null,
  language text not null,
  lexeme text collate "C" not null,
  constraint lexicon_pkey PRIMARY KEY (tenant_id, collection_id, language, lexeme)
);
CREATE INDEX lexicon_from_behind ON aquifer.lexicon USING btree (tenant_id, collection_id, language, reverse(lexeme));
alter table aquifer.lexicon enable row level security;
alter table aquifer.lexicon force row level security;
create policy collection_readers on aquifer.lexicon as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy system_access on aquifer.lexicon as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.lexicon as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.lexicon to aquifer_app;
grant delete, insert, select, update on aquifer.lexicon to aquifer_system;

create table aquifer.migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (version)
);

create table aquifer.pruned_changes (
  tenant_id aquifer.tenant_id not null,
  entity text collate "C" not null,
  server text not null,
  until xid8 not null,
  constraint pruned_changes_pkey PRIMARY KEY (tenant_id, entity)
);
alter table aquifer.pruned_changes enable row level security;
alter table aquifer.pruned_changes force row level security;
create policy system_access on aquifer.pruned_changes as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.pruned_changes as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.pruned_changes to aquifer_system;
grant select on aquifer.pruned_changes to aquifer_app;

create table aquifer.rate_buckets (
  name text collate "C" not null,
  tokens double precision not null,
  updated_at timestamp with time zone not null,
  constraint rate_buckets_pkey PRIMARY KEY (name)
);
alter table aquifer.rate_buckets enable row level security;
alter table aquifer.rate_buckets force row level security;
create policy system_keeps on aquifer.rate_buckets as permissive for all to aquifer_system
  using (true)
  with check (true);
grant delete, insert, select, update on aquifer.rate_buckets to aquifer_system;

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

create table aquifer.space_backfills (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  space_id integer not null,
  done_to integer default 0 not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  updated_at timestamp with time zone default clock_timestamp() not null,
  constraint space_backfills_pkey PRIMARY KEY (tenant_id, space_id),
  constraint space_backfills_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES aquifer.vector_spaces(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.space_backfills enable row level security;
alter table aquifer.space_backfills force row level security;
create policy system_access on aquifer.space_backfills as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.space_backfills as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.space_backfills to aquifer_app;
grant delete, insert, select, update on aquifer.space_backfills to aquifer_system;

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

create table aquifer.tenants (
  tenant_id aquifer.tenant_id not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  suspended_at timestamp with time zone,
  constraint tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint tenants_pkey PRIMARY KEY (tenant_id)
);
alter table aquifer.tenants enable row level security;
alter table aquifer.tenants force row level security;
create policy system_access on aquifer.tenants as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.tenants as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.tenants to aquifer_system;
grant select on aquifer.tenants to aquifer_app;

create table aquifer.trashed_chunks (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  document_id uuid not null,
  ordinal integer not null,
  chunk jsonb not null,
  constraint trashed_chunks_pkey PRIMARY KEY (tenant_id, document_id, ordinal),
  constraint trashed_chunks_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES aquifer.document_trash(tenant_id, id) ON DELETE CASCADE
);
alter table aquifer.trashed_chunks enable row level security;
alter table aquifer.trashed_chunks force row level security;
create policy collection_readers on aquifer.trashed_chunks as restrictive for select to aquifer_app
  using ((( SELECT aquifer.reads_everything() AS reads_everything) OR (document_id IN ( SELECT document_trash.id
   FROM aquifer.document_trash))));
create policy system_access on aquifer.trashed_chunks as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.trashed_chunks as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.trashed_chunks to aquifer_app;
grant delete, insert, select, update on aquifer.trashed_chunks to aquifer_system;

create table aquifer.trashed_vectors (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  document_id uuid not null,
  ordinal integer not null,
  space_id integer not null,
  window_no smallint not null,
  embedding public.halfvec not null,
  constraint trashed_vectors_pkey PRIMARY KEY (tenant_id, document_id, ordinal, space_id, window_no),
  constraint trashed_vectors_tenant_id_document_id_ordinal_fkey FOREIGN KEY (tenant_id, document_id, ordinal) REFERENCES aquifer.trashed_chunks(tenant_id, document_id, ordinal) ON DELETE CASCADE
);
alter table aquifer.trashed_vectors enable row level security;
alter table aquifer.trashed_vectors force row level security;
create policy collection_readers on aquifer.trashed_vectors as restrictive for select to aquifer_app
  using ((( SELECT aquifer.reads_everything() AS reads_everything) OR (document_id IN ( SELECT document_trash.id
   FROM aquifer.document_trash))));
create policy system_access on aquifer.trashed_vectors as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.trashed_vectors as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.trashed_vectors to aquifer_app;
grant delete, insert, select, update on aquifer.trashed_vectors to aquifer_system;

create table aquifer.uploads (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id uuid default gen_random_uuid() not null,
  file_id uuid,
  file_name text not null,
  bytes bigint not null,
  collection text not null,
  source text not null,
  title text,
  metadata jsonb,
  language text,
  status text default 'queued'::text not null,
  document_id uuid,
  error_code text,
  error_message text,
  error_hint text,
  roles text[] default aquifer.current_roles(),
  request jsonb default aquifer.current_request(),
  created_at timestamp with time zone default clock_timestamp() not null,
  created_by text default aquifer.current_actor(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  attempts integer default 0 not null,
  claim uuid,
  held_until timestamp with time zone,
  constraint uploads_pkey PRIMARY KEY (tenant_id, id),
  constraint uploads_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'processing'::text, 'stored'::text, 'failed'::text]))),
  constraint uploads_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES aquifer.files(tenant_id, id) ON DELETE SET NULL (file_id)
);
CREATE INDEX uploads_newest ON aquifer.uploads USING btree (tenant_id, created_at, id);
CREATE INDEX uploads_of_file ON aquifer.uploads USING btree (tenant_id, file_id) WHERE (file_id IS NOT NULL);
CREATE INDEX uploads_open ON aquifer.uploads USING btree (tenant_id, created_at) WHERE (status = ANY (ARRAY['queued'::text, 'processing'::text]));
CREATE INDEX uploads_started ON aquifer.uploads USING btree (tenant_id, started_at) WHERE (started_at IS NOT NULL);
alter table aquifer.uploads enable row level security;
alter table aquifer.uploads force row level security;
create policy system_access on aquifer.uploads as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.uploads as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER uploads_deleted AFTER DELETE ON aquifer.uploads REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_uploads();
CREATE TRIGGER uploads_inserted AFTER INSERT ON aquifer.uploads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_uploads();
CREATE TRIGGER uploads_updated AFTER UPDATE ON aquifer.uploads REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION aquifer.record_uploads();
grant delete, insert, select, update on aquifer.uploads to aquifer_app;
grant delete, insert, select, update on aquifer.uploads to aquifer_system;

create table aquifer.vector_records (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  space_id integer not null,
  item_id integer not null,
  id text collate "C" not null,
  document_id text collate "C",
  content text,
  metadata jsonb default '{}'::jsonb not null,
  constraint vector_records_id_check CHECK (((octet_length(id) >= 1) AND (octet_length(id) <= 512))),
  constraint vector_records_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
  constraint vector_records_pkey PRIMARY KEY (tenant_id, space_id, item_id),
  constraint vector_records_tenant_id_space_id_id_key UNIQUE (tenant_id, space_id, id)
);
CREATE INDEX vector_records_document ON aquifer.vector_records USING btree (tenant_id, space_id, document_id) WHERE (document_id IS NOT NULL);
CREATE INDEX vector_records_metadata ON aquifer.vector_records USING gin (metadata jsonb_path_ops);
alter table aquifer.vector_records enable row level security;
alter table aquifer.vector_records force row level security;
create policy system_access on aquifer.vector_records as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vector_records as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER remove_vectors AFTER DELETE ON aquifer.vector_records REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_record_vectors();
grant delete, insert, select, update on aquifer.vector_records to aquifer_app;
grant delete, insert, select, update on aquifer.vector_records to aquifer_system;

create table aquifer.vector_signatures (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  space_id integer not null,
  item_id integer not null,
  window_no smallint not null,
  signature bit varying not null,
  constraint vector_signatures_pkey PRIMARY KEY (tenant_id, space_id, item_id, window_no)
);
alter table aquifer.vector_signatures enable row level security;
alter table aquifer.vector_signatures force row level security;
create policy system_access on aquifer.vector_signatures as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vector_signatures as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.vector_signatures to aquifer_app;
grant delete, insert, select, update on aquifer.vector_signatures to aquifer_system;

create table aquifer.vector_spaces (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id integer generated always as identity not null,
  collection_id integer,
  name text not null,
  model text not null,
  dimensions integer not null,
  metric text not null,
  state text default 'active'::text not null,
  signed boolean default false not null,
  index_state text default 'none'::text not null,
  tuned jsonb default '{}'::jsonb not null,
  measured jsonb default '{}'::jsonb not null,
  vectors bigint default 0 not null,
  windowed boolean default false not null,
  created_at timestamp with time zone default now() not null,
  constraint vector_spaces_dimensions_check CHECK (((dimensions >= 1) AND (dimensions <= 4000))),
  constraint vector_spaces_index_state_check CHECK ((index_state = ANY (ARRAY['none'::text, 'building'::text, 'ready'::text, 'ready-bits'::text]))),
  constraint vector_spaces_metric_check CHECK ((metric = ANY (ARRAY['cosine'::text, 'l2'::text, 'inner'::text]))),
  constraint vector_spaces_model_check CHECK (((length(model) >= 1) AND (length(model) <= 256))),
  constraint vector_spaces_name_check CHECK ((name ~ '^[A-Za-z0-9_.-]{1,128}$'::text)),
  constraint vector_spaces_pkey PRIMARY KEY (tenant_id, id),
  constraint vector_spaces_state_check CHECK ((state = ANY (ARRAY['active'::text, 'building'::text, 'retired'::text]))),
  constraint vector_spaces_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE,
  constraint vector_spaces_tenant_id_collection_id_name_model_key UNIQUE NULLS NOT DISTINCT (tenant_id, collection_id, name, model)
);
alter table aquifer.vector_spaces enable row level security;
alter table aquifer.vector_spaces force row level security;
create policy system_access on aquifer.vector_spaces as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vector_spaces as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER remove_records AFTER DELETE ON aquifer.vector_spaces REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_space_records();
CREATE TRIGGER remove_vectors AFTER DELETE ON aquifer.vector_spaces REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.remove_space_vectors();
grant delete, insert, select, update on aquifer.vector_spaces to aquifer_app;
grant delete, insert, select, update on aquifer.vector_spaces to aquifer_system;

create table aquifer.vector_store_batches (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  id text default ('vsfb_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)) not null,
  collection_id integer not null,
  cancelled boolean default false not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint vector_store_batches_pkey PRIMARY KEY (tenant_id, id),
  constraint vector_store_batches_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX vector_store_batches_of_collection ON aquifer.vector_store_batches USING btree (tenant_id, collection_id);
alter table aquifer.vector_store_batches enable row level security;
alter table aquifer.vector_store_batches force row level security;
create policy collection_deleters on aquifer.vector_store_batches as restrictive for delete to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_inserters on aquifer.vector_store_batches as restrictive for insert to aquifer_app
  with check ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_readers on aquifer.vector_store_batches as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy collection_updaters on aquifer.vector_store_batches as restrictive for update to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy system_access on aquifer.vector_store_batches as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vector_store_batches as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.vector_store_batches to aquifer_app;
grant delete, insert, select, update on aquifer.vector_store_batches to aquifer_system;

create table aquifer.vector_store_files (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  collection_id integer not null,
  file_id uuid not null,
  upload_id uuid,
  batch_id text,
  attributes jsonb default '{}'::jsonb not null,
  cancelled boolean default false not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint vector_store_files_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text)),
  constraint vector_store_files_pkey PRIMARY KEY (tenant_id, collection_id, file_id),
  constraint vector_store_files_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES aquifer.vector_store_batches(tenant_id, id) ON DELETE SET NULL (batch_id),
  constraint vector_store_files_tenant_id_collection_id_fkey FOREIGN KEY (tenant_id, collection_id) REFERENCES aquifer.collections(tenant_id, id) ON DELETE CASCADE,
  constraint vector_store_files_tenant_id_file_id_fkey FOREIGN KEY (tenant_id, file_id) REFERENCES aquifer.files(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX vector_store_files_of_batch ON aquifer.vector_store_files USING btree (tenant_id, batch_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX vector_store_files_of_file ON aquifer.vector_store_files USING btree (tenant_id, file_id);
alter table aquifer.vector_store_files enable row level security;
alter table aquifer.vector_store_files force row level security;
create policy collection_deleters on aquifer.vector_store_files as restrictive for delete to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_inserters on aquifer.vector_store_files as restrictive for insert to aquifer_app
  with check ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy collection_readers on aquifer.vector_store_files as restrictive for select to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])));
create policy collection_updaters on aquifer.vector_store_files as restrictive for update to aquifer_app
  using ((collection_id = ANY (( SELECT aquifer.writable_collections() AS writable_collections)::integer[])));
create policy system_access on aquifer.vector_store_files as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vector_store_files as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
grant delete, insert, select, update on aquifer.vector_store_files to aquifer_app;
grant delete, insert, select, update on aquifer.vector_store_files to aquifer_system;

create table aquifer.vectors (
  tenant_id aquifer.tenant_id default aquifer.current_tenant() not null,
  space_id integer not null,
  item_id integer not null,
  window_no smallint default 0 not null,
  embedding public.halfvec not null,
  constraint vectors_pkey PRIMARY KEY (tenant_id, space_id, item_id, window_no)
);
alter table aquifer.vectors enable row level security;
alter table aquifer.vectors force row level security;
create policy collection_readers on aquifer.vectors as restrictive for select to aquifer_app
  using ((( SELECT aquifer.reads_everything() AS reads_everything) OR (space_id IN ( SELECT vector_spaces.id
   FROM aquifer.vector_spaces
  WHERE ((vector_spaces.collection_id IS NULL) OR (vector_spaces.collection_id = ANY (( SELECT aquifer.readable_collections() AS readable_collections)::integer[])))))));
create policy system_access on aquifer.vectors as permissive for all to aquifer_system
  using (true)
  with check (true);
create policy tenant_isolation on aquifer.vectors as permissive for all to aquifer_app
  using (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)))
  with check (((tenant_id)::text = ( SELECT aquifer.current_tenant() AS current_tenant)));
CREATE TRIGGER note_added AFTER INSERT ON aquifer.vectors REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.note_added_vectors();
CREATE TRIGGER note_changed AFTER UPDATE ON aquifer.vectors REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aquifer.note_added_vectors();
CREATE TRIGGER note_removed AFTER DELETE ON aquifer.vectors REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION aquifer.note_removed_vectors();
grant delete, insert, select, update on aquifer.vectors to aquifer_app;
grant delete, insert, select, update on aquifer.vectors to aquifer_system;

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

CREATE OR REPLACE FUNCTION aquifer.allocate_item_ids(amount integer)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO aquifer.item_counters AS counter (tenant_id, last_id)
   VALUES (aquifer.current_tenant(), allocate_item_ids.amount) ON CONFLICT(tenant_id) DO UPDATE SET last_id = (counter.last_id + allocate_item_ids.amount)
   RETURNING ((counter.last_id - allocate_item_ids.amount) + 1);
END;

CREATE OR REPLACE FUNCTION aquifer.analyse_added_chunks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into aquifer.lexical_entries (tenant_id, collection_id, item_id, language, length, lexemes)
  select a.tenant_id, d.collection_id, a.id, aquifer.primary_language(d.language), aquifer.entry_length(vector), vector
  from added a
  join aquifer.documents d on d.tenant_id = a.tenant_id and d.id = a.document_id
  cross join lateral aquifer.analyse(d.language, a.context || E'\n' || a.content) as vector;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer."analyse"(language text, content text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  configuration constant regconfig := aquifer.text_configuration(language);
  reading record;
begin
  if configuration = 'aquifer.english'::regconfig and octet_length(content) = length(content) then
    return to_tsvector(configuration, left(content, 65536));
  end if;
  reading := aquifer.readings(language, content);
  if reading.respelt is null then return reading.lexemes; end if;
  -- As text they merge: a word that stems the same both ways counts once.
  return (reading.lexemes::text || ' ' || reading.respelt::text)::tsvector;
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

CREATE OR REPLACE FUNCTION aquifer.bigrams(content text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  runs text;
begin
  if content !~ ('[' || aquifer.spaceless() || ']') then return null; end if;
  runs := regexp_replace(content, '[^' || aquifer.spaceless() || ']+', ' ', 'g');
  return (
    select string_agg(case after when ' ' then this else this || after end || ':' || least(place, 16383), ' ')::tsvector
    from rows from (unnest(string_to_array(' ' || runs, null)), unnest(string_to_array(runs, null)),
                    unnest(string_to_array(substr(runs, 2) || ' ', null)))
         with ordinality as c (before, this, after, place)
    where this <> ' ' and (after <> ' ' or before = ' '));
end $function$;

CREATE OR REPLACE FUNCTION aquifer.bm25(weight double precision, frequency double precision, length integer, mean_length double precision, k1 double precision, b double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((weight * frequency) * (k1 + (1)::double precision)) / (frequency + (k1 * (((1)::double precision - b) + ((b * (length)::double precision) / mean_length)))));

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

CREATE OR REPLACE FUNCTION aquifer.claim_upload(stores text[], hold interval)
 RETURNS SETOF aquifer.uploads
 LANGUAGE plpgsql
AS $function$
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
end $function$;
revoke execute on routine aquifer.claim_upload(text[],interval) from public;
grant execute on routine aquifer.claim_upload(text[],interval) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.clear_row_flags()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  adopted aquifer.entities;
  done record;
  named text;
begin
  for done in
    select n.tenant_id, c.name, array_agg(n.source) as keys
    from new_rows n
    join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
    join aquifer.collections c on c.tenant_id = n.tenant_id and c.id = n.collection_id and c.kind = 'entity'
    where n.embedding_expired_at is null and o.embedding_expired_at is not null
    group by 1, 2
  loop
    select * into adopted from aquifer.entities e where aquifer.entity_collection_name(e.entity) = done.name;
    continue when not found or not exists (select from pg_class where oid = adopted.table_name)
      or not aquifer.has_column(adopted.table_name, 'embedding_expired_at');
    named := case when cardinality(adopted.key_columns) = 1 then format('t.%I::text', adopted.key_columns[1])
                  else format('jsonb_build_array(%s)::text', aquifer.column_list(adopted.key_columns, 't.')) end;
    execute format(
      'with mine as (select t.ctid from %1$s t where t.%2$I = $1 and %3$s = any ($2) and t.embedding_expired_at is not null
                     for update skip locked)
       update %1$s t set embedding_expired_at = null from mine where t.ctid = mine.ctid', adopted.table_name,
      adopted.tenant_column, named) using done.tenant_id, done.keys;
  end loop;
  return null;
end $function$;
alter routine aquifer.clear_row_flags() owner to aquifer_system;
revoke execute on routine aquifer.clear_row_flags() from public;

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
end $function$;

CREATE OR REPLACE FUNCTION aquifer.count_removed_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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

CREATE OR REPLACE FUNCTION aquifer.default_collection()
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  found_id integer;
begin
  loop
    select id into found_id from aquifer.collections
    where tenant_id = aquifer.current_tenant() and kind = 'documents' and name = 'default';
    if found then return found_id; end if;
    insert into aquifer.collections (name) values ('default') on conflict do nothing;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.difference_expression(old_row text, new_row text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN format('select coalesce(array_agg(item.key order by item.key), ''{}'') as columns, jsonb_object_agg(item.key, item.value) as old_values
      from jsonb_each(%s) as item (key, value)
      where item.value is distinct from %s -> item.key
        and item.key not in (''revision'', ''updated_at'', ''updated_by'', ''embedding_expired_at'')'::text, old_row, new_row);

CREATE OR REPLACE FUNCTION aquifer.distance_operator(metric text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN CASE metric WHEN 'cosine'::text THEN '<=>'::text WHEN 'l2'::text THEN '<->'::text WHEN 'inner'::text THEN '<#>'::text ELSE NULL::text END;

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

CREATE OR REPLACE FUNCTION aquifer.edit_distance(one text, other text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  a constant text[] := string_to_array(one, null);
  b constant text[] := string_to_array(other, null);
  width constant integer := length(other);
  older integer[];
  old integer[] := array(select generate_series(0, width));
  row integer[];
  cell integer;
begin
  for i in 1 .. length(one) loop
    row := array[i];
    for j in 1 .. width loop
      cell := least(row[j] + 1, old[j + 1] + 1, old[j] + (a[i] <> b[j])::integer);
      if i > 1 and j > 1 and a[i] = b[j - 1] and a[i - 1] = b[j] then
        cell := least(cell, older[j - 1] + 1);
      end if;
      row := row || cell;
    end loop;
    older := old;
    old := row;
  end loop;
  return old[width + 1];
end $function$;

CREATE OR REPLACE FUNCTION aquifer.ef_search(space aquifer.vector_spaces, recall double precision, k integer)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  measured integer := (
    select min(t.ef::integer) from jsonb_each_text(space.tuned) as t (recall, ef) where t.recall::float8 >= ef_search.recall);
begin
  return least(1000, greatest(k + k / 2, coalesce(measured,
    case when recall <= 0.9 then 100 when recall <= 0.95 then 200 when recall <= 0.98 then 400
         when recall <= 0.99 then 600 else 1000 end)));
end $function$;

CREATE OR REPLACE FUNCTION aquifer.empty_trash(days integer, at_most integer DEFAULT 1000)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 WITH over AS (
          SELECT t.tenant_id,
             t.id
            FROM aquifer.document_trash t
           WHERE (t.deleted_at < (clock_timestamp() - make_interval(days => empty_trash.days)))
          LIMIT empty_trash.at_most
         ), removed AS (
          DELETE FROM aquifer.document_trash t
            USING over o
           WHERE (((t.tenant_id)::text = (o.tenant_id)::text) AND (t.id = o.id))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM removed;
END;
revoke execute on routine aquifer.empty_trash(integer,integer) from public;
grant execute on routine aquifer.empty_trash(integer,integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.entity_collection_name(entity text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (entity ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$'::text) THEN entity ELSE ('e'::text || md5(entity)) END;

CREATE OR REPLACE FUNCTION aquifer.entry_length(lexemes tsvector)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT COALESCE(sum(cardinality(unnest.positions)), (0)::bigint) AS "coalesce" FROM unnest(entry_length.lexemes) unnest(lexeme, positions, weights));

CREATE OR REPLACE FUNCTION aquifer.expire_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.embedding_expired_at := clock_timestamp();
  new.recipe_hash := '';
  return new;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.expire_unembedded(of_tenant text)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  flagged integer;
begin
  update aquifer.documents d set embedding_expired_at = clock_timestamp()
  where d.tenant_id = of_tenant and d.embedding_expired_at is null
    -- Look-ups one by one, whatever the statistics say: right after a load they know nothing of it.
    and (select 1
         from aquifer.chunks c
         join aquifer.vector_spaces s
           on s.tenant_id = of_tenant and s.collection_id = d.collection_id and s.name = 'documents' and s.state = 'active'
         where c.tenant_id = of_tenant and c.document_id = d.id
           and (select 1 from aquifer.vectors v
                where v.tenant_id = of_tenant and v.space_id = s.id and v.item_id = c.id limit 1) is null
         limit 1) = 1;
  get diagnostics flagged = row_count;
  return flagged;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.explained_terms(collections integer[], request jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(jsonb_build_object('term', t.lexeme, 'language', t.language, 'weight', t.weight, 'holders', t.holders, 'essential', t.essential) ORDER BY t.holders, t.lexeme), '[]'::jsonb) AS "coalesce"
    FROM aquifer.lexical_terms(explained_terms.collections,
         CASE
             WHEN (jsonb_typeof((explained_terms.request -> 'languages'::text)) = 'array'::text) THEN ARRAY( SELECT jsonb_array_elements_text((explained_terms.request -> 'languages'::text)) AS jsonb_array_elements_text)
             ELSE NULL::text[]
         END, (explained_terms.request ->> 'question'::text), COALESCE(((explained_terms.request ->> 'prefix'::text))::boolean, false), COALESCE(((explained_terms.request ->> 'fuzzy'::text))::boolean, false)) t(language, lexeme, weight, holders, essential);
END;

CREATE OR REPLACE FUNCTION aquifer.facet_counts(documents uuid[], keys jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT COALESCE(jsonb_object_agg(f.key, f.counts), '{}'::jsonb) AS "coalesce"
    FROM ( SELECT v.key,
             jsonb_agg(jsonb_build_object('value', v.value, 'documents', v.documents) ORDER BY v.documents DESC, v.value) AS counts
            FROM ( SELECT k.key,
                     e.value,
                     count(DISTINCT d.id) AS documents,
                     row_number() OVER (PARTITION BY k.key ORDER BY (count(DISTINCT d.id)) DESC, e.value) AS place
                    FROM ((aquifer.documents d
                      CROSS JOIN jsonb_array_elements_text(facet_counts.keys) k(key))
                      CROSS JOIN LATERAL jsonb_array_elements(
                         CASE jsonb_typeof((d.metadata -> k.key))
                             WHEN 'array'::text THEN (d.metadata -> k.key)
                             ELSE jsonb_build_array((d.metadata -> k.key))
                         END) e(value))
                   WHERE (((d.tenant_id)::text = aquifer.current_tenant()) AND (d.id = ANY (facet_counts.documents)) AND (jsonb_typeof(e.value) <> 'null'::text))
                   GROUP BY k.key, e.value) v
           WHERE (v.place <= 20)
           GROUP BY v.key) f;
END;

CREATE OR REPLACE FUNCTION aquifer.far_behind(place pg_snapshot, current pg_snapshot)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
RETURN ((((pg_snapshot_xmax(current))::text)::numeric - ((pg_snapshot_xmax(place))::text)::numeric) > (10000)::numeric);

CREATE OR REPLACE FUNCTION aquifer.file_space(tenant text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN "left"(encode(sha256(convert_to(tenant, 'UTF8'::name)), 'hex'::text), 32);

CREATE OR REPLACE FUNCTION aquifer.filter_condition(filter jsonb, subject text, parameter integer DEFAULT 1)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN aquifer.filter_node(filter, ''::text, subject, ('$'::text || (parameter)::text));
revoke execute on routine aquifer.filter_condition(jsonb,text,integer) from public;
grant execute on routine aquifer.filter_condition(jsonb,text,integer) to aquifer_app;
grant execute on routine aquifer.filter_condition(jsonb,text,integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.filter_node(node jsonb, place text, subject text, parameter text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  op text := node ->> 'op';
  args text[];
  -- This node in the parameter, its key and its value.
  itself text := format('(%s #> ''{%s}'')', parameter, place);
  key text := format('(%s #>> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'key'));
  value text := format('(%s #> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'value'));
  value_text text := format('(%s #>> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'value'));
  -- What a row has under the key.
  found text := format('(%s -> %s)', subject, key);
  found_text text := format('(%s ->> %s)', subject, key);
  comparison text := case op when 'gt' then '>' when 'gte' then '>=' when 'lt' then '<' when 'lte' then '<=' end;
begin
  if op in ('and', 'or', 'not') then
    select array_agg(aquifer.filter_node(a.arg, concat_ws(',', nullif(place, ''), 'args', a.ordinal - 1), subject, parameter)
                     order by a.ordinal)
    into args
    from jsonb_array_elements(node -> 'args') with ordinality a(arg, ordinal);
    if op <> 'not' then
      return coalesce('(' || array_to_string(args, format(' %s ', op)) || ')',
                      case op when 'and' then 'true' else 'false' end);
    elsif cardinality(args) = 1 then
      return format('(not %s)', args[1]);
    end if;
  elsif op = 'in' and jsonb_array_length(node -> 'value') <= 16 then
    return format('(%s @> any (aquifer.filter_probes(%s, %s)))', subject, key, value);
  elsif op = 'in' then
    -- Of so many values, equality is looked up in a hash table, containment in one after the other.
    return format($sql$(case jsonb_typeof(%1$s)
      when 'array' then exists (select from jsonb_array_elements(%1$s) e(element)
                                where e.element = any (aquifer.filter_values(%2$s)))
      else coalesce(%1$s = any (aquifer.filter_values(%2$s)), false) end)$sql$, found, value);
  elsif op = 'exists' then
    return format('(coalesce(jsonb_typeof(%s), ''null'') <> ''null'')', found);
  elsif op = 'contains' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'string' then strpos(%2$s collate "C", %3$s) > 0
      when 'array' then %1$s ? %3$s
      else false end)$sql$, found, found_text, value_text);
  elsif comparison is not null and jsonb_typeof(node -> 'value') = 'number' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'number' then %1$s %2$s %3$s
      when 'array' then jsonb_path_exists(%1$s, 'strict $[*] ? (@ %2$s $value)', %4$s)
      else false end)$sql$, found, comparison, value, itself);
  elsif comparison is not null and jsonb_typeof(node -> 'value') = 'string' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'string' then %5$s collate "C" %2$s %3$s
      when 'array' then jsonb_path_exists(%1$s, 'strict $[*] ? (@ %2$s $value)', %4$s)
      else false end)$sql$, found, comparison, value_text, itself, found_text);
  end if;
  raise exception 'this is no canonical filter' using errcode = 'invalid_parameter_value';
end $function$;
revoke execute on routine aquifer.filter_node(jsonb,text,text,text) from public;
grant execute on routine aquifer.filter_node(jsonb,text,text,text) to aquifer_app;
grant execute on routine aquifer.filter_node(jsonb,text,text,text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.filter_probes(key text, elements jsonb)
 RETURNS jsonb[]
 LANGUAGE sql
 IMMUTABLE
BEGIN ATOMIC
 SELECT COALESCE(array_agg(p.probe), '{}'::jsonb[]) AS "coalesce"
    FROM jsonb_array_elements(filter_probes.elements) e(element),
     LATERAL ( VALUES (jsonb_build_object(filter_probes.key, e.element)), (jsonb_build_object(filter_probes.key, jsonb_build_array(e.element)))) p(probe);
END;
revoke execute on routine aquifer.filter_probes(text,jsonb) from public;
grant execute on routine aquifer.filter_probes(text,jsonb) to aquifer_app;
grant execute on routine aquifer.filter_probes(text,jsonb) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.filter_values(elements jsonb)
 RETURNS jsonb[]
 LANGUAGE sql
 IMMUTABLE
BEGIN ATOMIC
 SELECT COALESCE(array_agg(e.element), '{}'::jsonb[]) AS "coalesce"
    FROM jsonb_array_elements(filter_values.elements) e(element);
END;
revoke execute on routine aquifer.filter_values(jsonb) from public;
grant execute on routine aquifer.filter_values(jsonb) to aquifer_app;
grant execute on routine aquifer.filter_values(jsonb) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.filtered_chunks(collections integer[], filter jsonb)
 RETURNS integer[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  items integer[];
begin
  execute 'select array_agg(c.id) from aquifer.documents d
    join aquifer.chunks c on c.tenant_id = d.tenant_id and c.document_id = d.id
    where d.tenant_id = $2 and d.collection_id = any ($3) and ' || aquifer.filter_condition(filter, 'd.metadata')
  into items using filter, aquifer.current_tenant(), collections;
  return coalesce(items, '{}');
end $function$;

CREATE OR REPLACE FUNCTION aquifer.flagged(flag text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (flag = ANY (string_to_array(current_setting('aquifer.flags'::text, true), ','::text)));

CREATE OR REPLACE PROCEDURE aquifer.fold_pending(IN tenant text, IN collection integer, IN after_id integer)
 LANGUAGE plpgsql
AS $procedure$
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

CREATE OR REPLACE FUNCTION aquifer.has_role_of(roles text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN ((roles IS NULL) OR (roles && COALESCE(aquifer.current_roles(), '{}'::text[])) OR COALESCE(aquifer.flagged('collections'::text), false));

CREATE OR REPLACE FUNCTION aquifer.hint_changes()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if pg_try_advisory_xact_lock(x'61717568'::integer) then
    perform pg_notify('aquifer_changes', '');
  end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.hold_content(space text, sha256 text)
 RETURNS void
 LANGUAGE sql
RETURN pg_advisory_xact_lock(hashtextextended(((('aquifer file '::text || space) || '/'::text) || sha256), (0)::bigint));

CREATE OR REPLACE FUNCTION aquifer.index_entity(of_entity text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  adopted aquifer.entities;
  batch jsonb[];
  looked bigint := 0;
begin
  select * into strict adopted from aquifer.entities where entity = of_entity;
  for batch in execute format(
    'select array_agg(r) from (select to_jsonb(t) as r, (row_number() over () - 1) / 500 as part from %s t) x group by part',
    adopted.table_name)
  loop
    perform aquifer.index_rows(adopted, batch);
    looked := looked + cardinality(batch);
  end loop;
  return looked;
end $function$;
alter routine aquifer.index_entity(text) owner to aquifer_system;
revoke execute on routine aquifer.index_entity(text) from public;

CREATE OR REPLACE FUNCTION aquifer.index_rows(adopted aquifer.entities, rows jsonb[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  in_collection text := aquifer.entity_collection_name(adopted.entity);
  columns text[] := aquifer.searched_columns(adopted.searchable);
begin
  insert into aquifer.collections (tenant_id, kind, name, language)
  select distinct r ->> adopted.tenant_column::text, 'entity', in_collection, 'auto' from unnest(rows) r
  on conflict do nothing;

  delete from aquifer.documents d using unnest(rows) r, aquifer.collections c
  where c.tenant_id = r ->> adopted.tenant_column::text and c.kind = 'entity' and c.name = in_collection
    and d.tenant_id = c.tenant_id and d.collection_id = c.id and d.source = aquifer.row_key(r, adopted.key_columns)
    and (adopted.soft_delete and r ->> 'deleted_at' is not null or aquifer.searched_text(r, columns) = '');

  insert into aquifer.documents as d
    (tenant_id, collection_id, source, title, format, language, content, source_hash, recipe_hash, source_bytes)
  select c.tenant_id, c.id, aquifer.row_key(r, adopted.key_columns), '', 'text', 'und', t.content, md5(t.content), '',
         octet_length(t.content)
  from unnest(rows) r
  join aquifer.collections c
    on c.tenant_id = r ->> adopted.tenant_column::text and c.kind = 'entity' and c.name = in_collection
  cross join lateral (select aquifer.searched_text(r, columns) as content) t
  where t.content <> '' and not (adopted.soft_delete and r ->> 'deleted_at' is not null)
  order by c.tenant_id, 3
  on conflict (tenant_id, collection_id, source) do update
    set content = excluded.content, source_hash = excluded.source_hash, source_bytes = excluded.source_bytes,
        recipe_hash = '', embedding_expired_at = clock_timestamp(), updated_at = now()
    where d.source_hash <> excluded.source_hash;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.index_written_rows()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
declare
  adopted aquifer.entities;
  written jsonb[];
begin
  select * into adopted from aquifer.entities where table_name = tg_relid;
  if tg_op = 'DELETE' then
    delete from aquifer.documents d using old_rows o, aquifer.collections c
    where c.tenant_id = to_jsonb(o) ->> adopted.tenant_column::text and c.kind = 'entity'
      and c.name = aquifer.entity_collection_name(adopted.entity)
      and d.tenant_id = c.tenant_id and d.collection_id = c.id
      and d.source = aquifer.row_key(to_jsonb(o), adopted.key_columns);
    return null;
  end if;
  -- Of an update those rows whose text, or whose being there, may be another: the trait has set their flag just now.
  select array_agg(r) into written
  from (select to_jsonb(n) as r from new_rows n) as rows
  where tg_op = 'INSERT' or (r ->> 'embedding_expired_at')::timestamptz >= statement_timestamp() or adopted.soft_delete;
  if written is not null then perform aquifer.index_rows(adopted, written); end if;
  return null;
end $function$;
alter routine aquifer.index_written_rows() owner to aquifer_system;
revoke execute on routine aquifer.index_written_rows() from public;

CREATE OR REPLACE FUNCTION aquifer.is_referred_to(target regclass, key_name name)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN (EXISTS (SELECT FROM (pg_constraint k JOIN pg_constraint f ON (((f.contype = 'f'::"char") AND (f.confrelid = (is_referred_to.target)::oid) AND (f.conindid = k.conindid)))) WHERE ((k.conrelid = (is_referred_to.target)::oid) AND (k.conname = is_referred_to.key_name))));

CREATE OR REPLACE FUNCTION aquifer.is_unused_original(tenant text, of_file uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT ((NOT (EXISTS ( SELECT
            FROM aquifer.documents d
           WHERE (((d.tenant_id)::text = is_unused_original.tenant) AND (d.file_id = is_unused_original.of_file))))) AND (NOT (EXISTS ( SELECT
            FROM aquifer.document_trash t
           WHERE (((t.tenant_id)::text = is_unused_original.tenant) AND (t.file_id = is_unused_original.of_file))))) AND (NOT (EXISTS ( SELECT
            FROM aquifer.uploads u
           WHERE (((u.tenant_id)::text = is_unused_original.tenant) AND (u.file_id = is_unused_original.of_file) AND (u.status <> 'stored'::text))))));
END;

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

CREATE OR REPLACE FUNCTION aquifer.lexemes_beginning(tenant text, collections integer[], language text, term text, at_most integer)
 RETURNS TABLE(lexeme text, similarity double precision)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT l.lexeme,
     ((length(lexemes_beginning.term))::double precision / (length(l.lexeme))::double precision)
    FROM unnest(lexemes_beginning.collections) wanted(id),
     LATERAL ( SELECT known.lexeme
            FROM aquifer.lexicon known
           WHERE (((known.tenant_id)::text = lexemes_beginning.tenant) AND (known.collection_id = wanted.id) AND (known.language = lexemes_beginning.language) AND (known.lexeme >= lexemes_beginning.term) AND (known.lexeme < (lexemes_beginning.term || '􏿿'::text)))) l
   WHERE (lexemes_beginning.term <> ''::text)
   GROUP BY l.lexeme
   ORDER BY (length(l.lexeme)), l.lexeme
  LIMIT lexemes_beginning.at_most;
END;

CREATE OR REPLACE FUNCTION aquifer.lexical_leg(collections integer[], languages text[], question text, amount integer, k1 double precision, b double precision, candidates integer[], prefix boolean, fuzzy boolean)
 RETURNS TABLE(item_id integer, score double precision)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION aquifer.lexical_terms(collections integer[], asked text[], question text, prefix boolean, fuzzy boolean)
 RETURNS TABLE(language text, lexeme text, weight double precision, holders bigint, essential boolean)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION aquifer.live_cuts(tenant text, since pg_snapshot, until pg_snapshot, size integer)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 WITH transactions AS (
          SELECT c.xid,
             max(c.id) AS turn,
             count(*) AS amount
            FROM aquifer.changes_between(live_cuts.since, live_cuts.until) c(id, at, xid, tenant_id, entity, row_id, operation, action, result, revision, changed, before, "row", actor_id, roles, request, event, audited, versioned)
           WHERE (c.event AND (c.tenant_id = live_cuts.tenant))
           GROUP BY c.xid
         ), placed AS (
          SELECT t.xid,
             dense_rank() OVER (ORDER BY t.place) AS part
            FROM ( SELECT transactions.xid,
                     div((sum(transactions.amount) OVER (ORDER BY transactions.turn) - (transactions.amount)::numeric), (live_cuts.size)::numeric) AS place
                    FROM transactions) t
         ), parts AS (
          SELECT placed.part,
             max(max(placed.xid)) OVER (ORDER BY placed.part) AS reached
            FROM placed
           GROUP BY placed.part
         ), stragglers AS (
          SELECT s.xid,
             s.part
            FROM (placed s
              JOIN parts p_1 ON ((p_1.part = (s.part - 1))))
           WHERE (p_1.reached > s.xid)
         )
  SELECT
         CASE
             WHEN (cardinality(o.xids) = 0) THEN format('%s:%s:'::text, x.xmax, x.xmax)
             ELSE format('%s:%s:%s'::text, o.xids[1], x.xmax, array_to_string(o.xids, ','::text))
         END AS format
    FROM ((parts p
      CROSS JOIN LATERAL ( SELECT ((GREATEST(((pg_snapshot_xmax(live_cuts.since))::text)::numeric, (((p.reached)::text)::numeric + (1)::numeric)))::text)::xid8 AS xmax) x)
      CROSS JOIN LATERAL ( SELECT ARRAY( SELECT s.xid
                    FROM stragglers s
                   WHERE ((s.part > p.part) AND (s.xid < x.xmax))
                 UNION
                  SELECT xip.xip
                    FROM pg_snapshot_xip(live_cuts.until) xip(xip)
                   WHERE (xip.xip < x.xmax)
           ORDER BY 1) AS xids) o)
   WHERE (p.part < ( SELECT max(parts.part) AS max
            FROM parts))
   ORDER BY p.part;
END;
revoke execute on routine aquifer.live_cuts(text,pg_snapshot,pg_snapshot,integer) from public;
grant execute on routine aquifer.live_cuts(text,pg_snapshot,pg_snapshot,integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_events(tenants text[], since pg_snapshot, until pg_snapshot)
 RETURNS TABLE(tenant_id text, turn bigint, id bigint, entity text, row_id text, operation text, changed text[], revision bigint, actor_id text, at timestamp with time zone)
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT c.tenant_id,
     max(c.id) OVER (PARTITION BY c.tenant_id, c.xid) AS max,
     c.id,
     c.entity,
     c.row_id,
     c.operation,
     c.changed,
     c.revision,
     c.actor_id,
     c.at
    FROM aquifer.changes_between(live_events.since, live_events.until) c(id, at, xid, tenant_id, entity, row_id, operation, action, result, revision, changed, before, "row", actor_id, roles, request, event, audited, versioned)
   WHERE (c.event AND (c.tenant_id = ANY (live_events.tenants)));
END;
revoke execute on routine aquifer.live_events(text[],pg_snapshot,pg_snapshot) from public;
grant execute on routine aquifer.live_events(text[],pg_snapshot,pg_snapshot) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_event(turn bigint, id bigint, entity text, row_id text, operation text, changed text[], revision bigint, actor_id text, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
RETURN jsonb_build_object('turn', (turn)::text, 'id', (id)::text, 'entity', entity, 'rowId', row_id, 'operation', operation, 'changed', to_jsonb(changed), 'revision', revision, 'actorId', actor_id, 'at', at);
revoke execute on routine aquifer.live_event(bigint,bigint,text,text,text,text[],bigint,text,timestamp with time zone) from public;
grant execute on routine aquifer.live_event(bigint,bigint,text,text,text,text[],bigint,text,timestamp with time zone) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_look(tenants text[], since pg_snapshot, server text, most integer)
 RETURNS TABLE(until text, here text, lost boolean, events jsonb)
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  until := pg_current_snapshot();
  here := aquifer.live_server();
  lost := since is not null and server <> here;
  if since is not null and not lost and since::text <> until then
    select jsonb_object_agg(g.tenant_id, case when g.amount <= most then g.events end) into events
    from (
      select n.tenant_id, count(*) as amount,
             jsonb_agg(aquifer.live_event(n.turn, n.id, n.entity, n.row_id, n.operation, n.changed, n.revision, n.actor_id, n.at)
                       order by n.turn, n.id) filter (where n.place <= most) as events
      from (
        select e.*, row_number() over (partition by e.tenant_id) as place
        from aquifer.live_events(tenants, since, until::pg_snapshot) e
      ) n
      group by 1
    ) g;
  end if;
  return next;
end $function$;
revoke execute on routine aquifer.live_look(text[],pg_snapshot,text,integer) from public;
grant execute on routine aquifer.live_look(text[],pg_snapshot,text,integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_lost(tenant text, since pg_snapshot, server text, entities text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT ((server <> aquifer.live_server()) OR (pg_snapshot_xmax(since) > pg_snapshot_xmax(pg_current_snapshot())) OR ((((pg_snapshot_xmax(pg_current_snapshot()))::text)::numeric - ((pg_snapshot_xmax(since))::text)::numeric) > (10000000)::numeric) OR (EXISTS ( SELECT
            FROM aquifer.pruned_changes p
           WHERE (((p.tenant_id)::text = live_lost.tenant) AND ((live_lost.entities IS NULL) OR (p.entity = ANY (live_lost.entities))) AND (p.server = aquifer.ledger_server()) AND (p.until >= pg_snapshot_xmin(live_lost.since))))));
END;
revoke execute on routine aquifer.live_lost(text,pg_snapshot,text,text[]) from public;
grant execute on routine aquifer.live_lost(text,pg_snapshot,text,text[]) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_page(tenant text, since pg_snapshot, until pg_snapshot, after_turn bigint, after_id bigint, server text, entities text[], operations text[], most integer)
 RETURNS TABLE(lost boolean, events jsonb)
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  lost := aquifer.live_lost(tenant, since, server, entities);
  if not lost then
    select jsonb_agg(aquifer.live_event(n.turn, n.id, n.entity, n.row_id, n.operation, n.changed, n.revision, n.actor_id, n.at)
                     order by n.turn, n.id) into events
    from (
      select e.* from aquifer.live_events(array[tenant], since, until) e
      where (e.turn, e.id) > (after_turn, after_id)
        and (entities is null or e.entity = any (entities)) and (operations is null or e.operation = any (operations))
      order by e.turn, e.id limit most
    ) n;
  end if;
  return next;
end $function$;
revoke execute on routine aquifer.live_page(text,pg_snapshot,pg_snapshot,bigint,bigint,text,text[],text[],integer) from public;
grant execute on routine aquifer.live_page(text,pg_snapshot,pg_snapshot,bigint,bigint,text,text[],text[],integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.live_server()
 RETURNS text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT ((aquifer.ledger_server() || '.'::text) || d.oid)
    FROM pg_database d
   WHERE (d.datname = current_database());
END;
revoke execute on routine aquifer.live_server() from public;
grant execute on routine aquifer.live_server() to aquifer_system;

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

CREATE OR REPLACE FUNCTION aquifer.matching_records(of_space integer, filter jsonb)
 RETURNS integer[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
  matching integer[];
begin
  execute format('select coalesce(array_agg(r.item_id), ''{}'') from aquifer.vector_records r
                  where r.tenant_id = aquifer.current_tenant() and r.space_id = $2 and %s',
                 aquifer.filter_condition(filter, 'r.metadata'))
    into matching using filter, of_space;
  return matching;
end $function$;
alter routine aquifer.matching_records(integer,jsonb) owner to aquifer_system;
revoke execute on routine aquifer.matching_records(integer,jsonb) from public;
grant execute on routine aquifer.matching_records(integer,jsonb) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.measured_recall(of_space integer, questions real[], k integer, widths integer[])
 RETURNS TABLE(ef integer, found integer, wanted integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'public', 'pg_temp'
 SET jit TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
declare
  space aquifer.vector_spaces := aquifer.space_of(of_space);
  amount integer := cardinality(questions) / space.dimensions;
  found_in integer[] := array_fill(0, array[cardinality(widths)]);
  question halfvec;
  truth integer[];
  hits integer;
begin
  if space.id is null or space.index_state not like 'ready%' or amount = 0 then return; end if;
  for n in 0 .. amount - 1 loop
    question := questions[n * space.dimensions + 1 : (n + 1) * space.dimensions]::halfvec;
    truth := array(select x.item_id from aquifer.nearest_by(row('exact', null, 0)::aquifer.vector_route, space, question, k, null) x);
    hits := 0;
    for w in 1 .. cardinality(widths) loop
      if hits < cardinality(truth) then
        select greatest(hits, count(*)) into hits from aquifer.nearest_by(
          row(case space.index_state when 'ready' then 'index' else 'index-bits' end, widths[w], 0)::aquifer.vector_route,
          space, question, k, null) x
        where x.item_id = any (truth);
      end if;
      found_in[w] := found_in[w] + hits;
    end loop;
  end loop;
  return query select widths[w], found_in[w], amount * least(k, space.vectors)::integer
    from generate_subscripts(widths, 1) as w;
end $function$;
alter routine aquifer.measured_recall(integer,real[],integer,integer[]) owner to aquifer_system;
revoke execute on routine aquifer.measured_recall(integer,real[],integer,integer[]) from public;
grant execute on routine aquifer.measured_recall(integer,real[],integer,integer[]) to aquifer_app;

CREATE OR REPLACE PROCEDURE aquifer.merge_blocks(IN tenant text, IN collection integer)
 LANGUAGE plpgsql
AS $procedure$
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
end $procedure$;

CREATE OR REPLACE FUNCTION aquifer.metadata_matches(metadata jsonb, filter jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
RETURN (NOT (EXISTS (SELECT FROM jsonb_each_text(metadata_matches.filter) wanted(key, value) WHERE (NOT COALESCE(CASE jsonb_typeof((metadata_matches.metadata -> wanted.key)) WHEN 'array'::text THEN ((metadata_matches.metadata -> wanted.key) ? wanted.value) ELSE ((metadata_matches.metadata ->> wanted.key) = wanted.value) END, false)))));

CREATE OR REPLACE FUNCTION aquifer.milliseconds_since(start timestamp with time zone)
 RETURNS double precision
 LANGUAGE sql
RETURN (round((EXTRACT(epoch FROM (clock_timestamp() - start)) * (1000)::numeric), 3))::double precision;

CREATE OR REPLACE FUNCTION aquifer.missing_scope()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  raise exception 'no tenant is set for this transaction'
    using errcode = 'AQ001', hint = 'Set aquifer.tenant_id transaction-locally before touching tenant data.';
end $function$;

CREATE OR REPLACE FUNCTION aquifer.nearest_by_signs(space aquifer.vector_spaces, target public.halfvec, amount integer, candidates integer[])
 RETURNS TABLE(item_id integer, distance double precision)
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  return query execute format(
    'with chosen as materialized (
       select g.item_id, g.window_no from aquifer.vector_signatures g
       where g.tenant_id = $2 and g.space_id = $3 and ($5 is null or g.item_id = any ($5))
       order by g.signature <~> binary_quantize($1) limit $4 * 10
     )
     select chosen.item_id, exact.distance
     from chosen cross join lateral (
       select v.embedding %s $1 as distance from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = $3 and v.item_id = chosen.item_id and v.window_no = chosen.window_no
       offset 0 -- keeps this a look-up by primary key, whatever the statistics say
     ) exact
     order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
    using target, space.tenant_id, space.id, amount, candidates;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.nearest_by(way aquifer.vector_route, space aquifer.vector_spaces, target public.halfvec, k integer, candidates integer[])
 RETURNS TABLE(item_id integer, distance double precision)
 LANGUAGE plpgsql
AS $function$
declare
  -- Several windows of one item count once.
  wanted integer := case when space.windowed then k * 10 else k end;
begin
  if space.windowed then
    return query select n.item_id, min(n.distance) from (
      select * from aquifer.nearest_by(way, (jsonb_populate_record(space, '{"windowed": false}')), target, wanted, candidates)
    ) n group by 1 order by 2, 1 limit k;
  elsif way.route like 'index%' then
    return query select * from aquifer.nearest_in_index(space, target, k, way.ef, candidates, way.route = 'index-bits');
  elsif way.route = 'signs' then
    return query select * from aquifer.nearest_by_signs(space, target, k, candidates);
  else
    return query select * from aquifer.nearest_read(space, target, k, candidates);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.nearest_in_index(space aquifer.vector_spaces, target public.halfvec, amount integer, ef integer, candidates integer[], bits boolean)
 RETURNS TABLE(item_id integer, distance double precision)
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
 SET "hnsw.iterative_scan" TO 'relaxed_order'
 SET "hnsw.ef_search" TO '200'
AS $function$
begin
  perform set_config('hnsw.ef_search', ef::text, true);
  if bits then
    return query execute format(
      'with chosen as materialized (
         select v.item_id, v.embedding from aquifer.vectors v
         where v.tenant_id = $2 and v.space_id = %1$s and ($5 is null or v.item_id = any ($5))
         order by binary_quantize(v.embedding)::bit(%2$s) <~> binary_quantize($1)::bit(%2$s) limit $4
       )
       select chosen.item_id, chosen.embedding %3$s $1 from chosen order by 2, 1 limit $6',
      space.id, space.dimensions, aquifer.distance_operator(space.metric))
      using target, space.tenant_id, null, greatest(ef, amount), candidates, amount;
  else
    return query execute format(
      'select v.item_id, v.embedding::halfvec(%2$s) %3$s $1 from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = %1$s %4$s
       order by v.embedding::halfvec(%2$s) %3$s $1 limit $3',
      space.id, space.dimensions, aquifer.distance_operator(space.metric),
      case when candidates is not null then 'and v.item_id = any ($4)' else '' end)
      using target, space.tenant_id, amount, candidates;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.nearest_read(space aquifer.vector_spaces, target public.halfvec, amount integer, candidates integer[])
 RETURNS TABLE(item_id integer, distance double precision)
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
  if candidates is null then
    return query execute format(
      'select v.item_id, v.embedding %s $1 from aquifer.vectors v where v.tenant_id = $2 and v.space_id = $3
       order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
      using target, space.tenant_id, space.id, amount;
  else
    return query execute format(
      -- Not a join: with a list of keys the index is read in order, whatever the statistics say.
      'select v.item_id, v.embedding %s $1 from aquifer.vectors v
       where v.tenant_id = $2 and v.space_id = $3 and v.item_id = any ($5) order by 2, 1 limit $4', aquifer.distance_operator(space.metric))
      using target, space.tenant_id, space.id, amount, candidates;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.nearest_records(of_space integer, target public.halfvec, k integer, recall double precision, filter jsonb)
 RETURNS TABLE(item_id integer, id text, document_id text, content text, metadata jsonb, distance double precision)
 LANGUAGE plpgsql
 ROWS 100
AS $function$
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
end $function$;
revoke execute on routine aquifer.nearest_records(integer,public.halfvec,integer,double precision,jsonb) from public;
grant execute on routine aquifer.nearest_records(integer,public.halfvec,integer,double precision,jsonb) to aquifer_app;
grant execute on routine aquifer.nearest_records(integer,public.halfvec,integer,double precision,jsonb) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.nearest(of_space integer, target public.halfvec, k integer, recall double precision DEFAULT 0.98, candidates integer[] DEFAULT NULL::integer[])
 RETURNS TABLE(item_id integer, distance double precision)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 100
 SET search_path TO 'pg_catalog', 'aquifer', 'public', 'pg_temp'
 SET jit TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
declare
  space aquifer.vector_spaces := aquifer.space_of(of_space);
begin
  if space.id is null then return; end if;
  if vector_dims(target) <> space.dimensions then
    raise exception 'a vector of % dimensions was asked of the space % of % with %',
      vector_dims(target), space.name, space.model, space.dimensions using errcode = 'AQ020';
  end if;
  return query select n.item_id, n.distance
    from aquifer.nearest_by(aquifer.route_nearest(space, k, recall, cardinality(candidates)), space, target, k, candidates) n;
end $function$;
alter routine aquifer.nearest(integer,public.halfvec,integer,double precision,integer[]) owner to aquifer_system;
revoke execute on routine aquifer.nearest(integer,public.halfvec,integer,double precision,integer[]) from public;
grant execute on routine aquifer.nearest(integer,public.halfvec,integer,double precision,integer[]) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.next_block(tenant text, collection integer)
 RETURNS integer
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE aquifer.lexical_statistics SET last_block = (lexical_statistics.last_block + 1)
   WHERE (((lexical_statistics.tenant_id)::text = next_block.tenant) AND (lexical_statistics.collection_id = next_block.collection))
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

CREATE OR REPLACE FUNCTION aquifer.normalised(content text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  plain text := content;
begin
  if octet_length(plain) > length(plain) then
    plain := aquifer.parsable(translate(normalize(plain, nfkc), U&'\2010\2011\2044', '--/'));
  end if;
  if plain ~ '[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]' then
    plain := translate(plain, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '012345678901234567890123456789');
  end if;
  return regexp_replace(plain, '/|-(?=[0-9])', ' ', 'g');
end $function$;

CREATE OR REPLACE FUNCTION aquifer.note_added_vectors()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  wrong record;
begin
  select s.name, s.model, s.dimensions, vector_dims(a.embedding) as given into wrong
  from added a left join aquifer.vector_spaces s on s.tenant_id = a.tenant_id and s.id = a.space_id
  where s.id is null or vector_dims(a.embedding) <> s.dimensions limit 1;
  if found then
    raise exception 'a vector of % dimensions was given to the space % of % with %',
      wrong.given, wrong.name, wrong.model, wrong.dimensions using errcode = 'AQ020';
  end if;
  insert into aquifer.vector_signatures (tenant_id, space_id, item_id, window_no, signature)
  select a.tenant_id, a.space_id, a.item_id, a.window_no, binary_quantize(a.embedding)
  from added a join aquifer.vector_spaces s on s.tenant_id = a.tenant_id and s.id = a.space_id and s.signed
  on conflict (tenant_id, space_id, item_id, window_no) do update set signature = excluded.signature;
  if tg_op = 'INSERT' then
    update aquifer.vector_spaces s
    set vectors = s.vectors + tally.amount, windowed = s.windowed or tally.windowed
    from (select tenant_id, space_id, count(*) as amount, bool_or(window_no > 0) as windowed from added group by 1, 2) tally
    where s.tenant_id = tally.tenant_id and s.id = tally.space_id;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.note_removed_vectors()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update aquifer.vector_spaces s set vectors = s.vectors - tally.amount
  from (select tenant_id, space_id, count(*) as amount from removed group by 1, 2) tally
  where s.tenant_id = tally.tenant_id and s.id = tally.space_id;
  delete from aquifer.vector_signatures g using removed r
  where (g.tenant_id, g.space_id, g.item_id, g.window_no) = (r.tenant_id, r.space_id, r.item_id, r.window_no);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.open_space(space_name text, space_model text, space_dimensions integer, space_metric text, of_collection integer DEFAULT NULL::integer, is_signed boolean DEFAULT false, space_state text DEFAULT 'active'::text)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  space record;
begin
  loop
    select id, dimensions, metric into space from aquifer.vector_spaces
    where tenant_id = aquifer.current_tenant() and collection_id is not distinct from of_collection
      and name = space_name and model = space_model;
    exit when found;
    insert into aquifer.vector_spaces (collection_id, name, model, dimensions, metric, signed, state)
    values (of_collection, space_name, space_model, space_dimensions, space_metric, is_signed, space_state)
    on conflict do nothing;
  end loop;
  if space.dimensions <> space_dimensions or space.metric <> space_metric then
    raise exception 'the space % of % has % dimensions and metric %, not % and %',
      space_name, space_model, space.dimensions, space.metric, space_dimensions, space_metric using errcode = 'AQ020';
  end if;
  return space.id;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.parsable(content text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(regexp_replace(content, '[\u00ad\u055a-\u055e\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u200d\u2060-\u206f\ufe00-\ufe0f\ufeff]+'::text, ''::text, 'g'::text), '[\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b0-\u02ff\u0375\u037e\u0387\u0482\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9\u06fd\u06fe\u0700-\u070d\u0964\u0965\u0970\u0df4\u0e2f\u0e3f\u0e46\u0e4f\u0e5a\u0e5b\u0f01-\u0f17\u0f3a-\u0f3d\u104a-\u104f\u10fb\u1360-\u1368\u17d4-\u17db\u1800-\u180a\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u3004\u3008-\u3020\u302a-\u3030\u3036-\u3040\u3097-\u309c\u30a0\u30fb\u3190-\u319f\u3200-\u33ff\ud7fc-\uf8ff\ufd3e\ufd3f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffff\U0001f000-\U0001faff]+'::text, ' '::text, 'g'::text);

CREATE OR REPLACE PROCEDURE aquifer.partition_vectors(IN partitions integer)
 LANGUAGE plpgsql
AS $procedure$
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
end $procedure$;
revoke execute on routine aquifer.partition_vectors(integer) from public;

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

CREATE OR REPLACE FUNCTION aquifer.presented_chunk(of_item integer, request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  tenant text := aquifer.current_tenant();
  found record;
  around integer := coalesce((request ->> 'neighbours')::integer, 0);
  shown jsonb;
  terms tsquery;
begin
  select c.*, d.source, d.title, d.metadata, d.language, d.updated_at, k.name as collection into found
  from aquifer.chunks c
  join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
  join aquifer.collections k on k.tenant_id = d.tenant_id and k.id = d.collection_id
  where c.tenant_id = tenant and c.id = of_item;
  shown := jsonb_build_object('chunkId', of_item, 'documentId', found.document_id, 'collection', found.collection,
    'source', found.source, 'title', found.title, 'metadata', found.metadata, 'language', found.language,
    'ordinal', found.ordinal, 'start', found.start_offset, 'end', found.end_offset, 'content', found.content,
    'sections', found.sections, 'tokens', found.tokens);
  if (request ->> 'snippets')::boolean then
    select string_agg('''' || replace(replace(t.lexeme, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery into terms
    from unnest(to_tsvector(aquifer.text_configuration(found.language), request ->> 'question')) t;
    shown := shown || jsonb_build_object('headline', case when terms is null then '' else
      ts_headline(aquifer.text_configuration(found.language), found.content, terms,
        U&'MaxFragments=2, MinWords=15, MaxWords=45, FragmentDelimiter=" \2026 ", StartSel="\FDD0", StopSel="\FDD1"') end);
  end if;
  if around > 0 then
    shown := shown || jsonb_build_object('neighbours', (
      select coalesce(jsonb_agg(jsonb_build_object('ordinal', n.ordinal, 'start', n.start_offset, 'end', n.end_offset,
                                                   'content', n.content) order by n.ordinal), '[]')
      from aquifer.chunks n
      where n.tenant_id = tenant and n.document_id = found.document_id and n.id <> of_item
        and n.ordinal between found.ordinal - around and found.ordinal + around));
  end if;
  if (request ->> 'vectors')::boolean then
    shown := shown || jsonb_build_object('vector', (
      select v.embedding::text from aquifer.vectors v
      join aquifer.vector_spaces s on s.tenant_id = v.tenant_id and s.id = v.space_id and s.state = 'active'
      where v.tenant_id = tenant and v.item_id = of_item and s.collection_id is not null
      order by v.window_no limit 1));
  end if;
  return shown;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.primary_language(tag text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN COALESCE(lower("substring"(tag, '^[A-Za-z]+'::text)), 'und'::text);

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
    where (c.tenant_id, c.at, c.id) = (spent.tenant_id, spent.at, spent.id) returning c.tenant_id, c.entity, c.xid
  ),
  noted as (
    insert into aquifer.pruned_changes as p (tenant_id, entity, server, until)
    select r.tenant_id, r.entity, aquifer.ledger_server(), max(r.xid) from removed r group by 1, 2
    on conflict (tenant_id, entity) do update
      set server = excluded.server,
          until = case when p.server = excluded.server then greatest(p.until, excluded.until) else excluded.until end
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

CREATE OR REPLACE FUNCTION aquifer.query_terms(languages text[], question text)
 RETURNS TABLE(language text, lexeme text, weight double precision)
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT asked.language,
     term.lexeme,
     term.weight
    FROM unnest(query_terms.languages) asked(language),
     LATERAL aquifer.readings(asked.language, query_terms.question) reading(lexemes, respelt),
     LATERAL ( SELECT said.lexeme,
             (cardinality(said.positions))::double precision AS weight
            FROM unnest(reading.lexemes) said(lexeme, positions, weights)
         UNION ALL
          SELECT other.lexeme,
             ((cardinality(other.positions))::numeric / 4.0)
            FROM unnest(reading.respelt) other(lexeme, positions, weights)
           WHERE ((other.lexeme <> ALL (tsvector_to_array(reading.lexemes))) AND (EXISTS ( SELECT
                    FROM unnest(reading.lexemes) said(lexeme, positions, weights)
                   WHERE (said.positions && other.positions))))) term;
END;

CREATE OR REPLACE FUNCTION aquifer.question_vector(request jsonb, target public.halfvec, model text)
 RETURNS public.halfvec
 LANGUAGE sql
 STABLE
RETURN CASE WHEN (model = (request ->> 'model'::text)) THEN target ELSE (((request -> 'others'::text) ->> model))::public.halfvec END;

CREATE OR REPLACE FUNCTION aquifer.rank_items(collections integer[], request jsonb, target public.halfvec, candidates integer[])
 RETURNS aquifer.ranking
 LANGUAGE plpgsql
AS $function$
declare
  began timestamptz := clock_timestamp();
  mode text := request ->> 'mode';
  depth integer := (request ->> 'depth')::integer;
  weight float8 := (request ->> 'weight')::float8;
  low float8 := coalesce((request ->> 'low')::float8, 0);
  high float8 := coalesce((request ->> 'high')::float8, 1);
  word_items integer[] := '{}';
  word_scores float8[] := '{}';
  near_items integer[] := '{}';
  near_scores float8[] := '{}';
  missing integer[];
  times jsonb := '{}';
  spaces jsonb;
  result aquifer.ranking;
begin
  if mode <> 'semantic' then
    select coalesce(array_agg(l.item_id order by l.score desc, l.item_id), '{}'),
           coalesce(array_agg(l.score order by l.score desc, l.item_id), '{}')
    into word_items, word_scores
    from aquifer.lexical_leg(
      collections,
      case when jsonb_typeof(request -> 'languages') = 'array'
        then array(select jsonb_array_elements_text(request -> 'languages')) end,
      request ->> 'question', depth, (request ->> 'k1')::float8, (request ->> 'b')::float8, candidates,
      coalesce((request ->> 'prefix')::boolean, false), coalesce((request ->> 'fuzzy')::boolean, false)) l;
    times := jsonb_build_object('lexical', aquifer.milliseconds_since(began));
    began := clock_timestamp();
  end if;
  if mode <> 'lexical' then
    select s.item_ids, s.scores, s.explained into near_items, near_scores, spaces
    from aquifer.semantic_leg(collections, request, target, candidates) s;
    if mode = 'hybrid' and cardinality(word_items) > 0 then
      missing := array(select unnest(word_items) except select unnest(near_items));
      select near_items || coalesce(array_agg(s.item_id), '{}'), near_scores || coalesce(array_agg(s.similarity), '{}')
      into near_items, near_scores
      from aquifer.similarities(collections, request, target, missing) s;
    end if;
    times := times || jsonb_build_object('semantic', aquifer.milliseconds_since(began));
    began := clock_timestamp();
  end if;

  -- Convex combination (Bruch, Gai & Ingber 2023): BM25 over its maximum for the question, and the cosine over the range
  -- that its model uses. Stretching the cosines of each question instead lets a model shout where it knows nothing.
  with words as (
    select w.id, w.score, row_number() over (order by w.score desc, w.id) as place
    from unnest(word_items, word_scores) as w (id, score)
  ),
  near as (
    select n.id, n.score, row_number() over (order by n.score desc, n.id) as place
    from unnest(near_items, near_scores) as n (id, score)
  ),
  fused as (
    select coalesce(w.id, n.id) as id, w.score as lexical, n.score as semantic,
           case
             when mode = 'lexical' then w.score
             when mode = 'semantic' then n.score
             when request ->> 'fusion' = 'rrf' then coalesce(1 / (60.0 + w.place), 0) + coalesce(1 / (60.0 + n.place), 0)
             else coalesce(w.score / nullif(max(w.score) over (), 0), 0)
                  + weight * coalesce(greatest(n.score - low, 0) / (high - low), 0)
           end as score
    from words w full join near n on n.id = w.id
  )
  select array_agg(f.id), array_agg(f.score), array_agg(f.lexical), array_agg(f.semantic)
  into result.item_ids, result.scores, result.lexical, result.semantic
  from (select * from fused order by score desc, id) f;
  times := times || jsonb_build_object('fusion', aquifer.milliseconds_since(began));

  result.explained := jsonb_build_object('milliseconds', times, 'spaces', spaces,
    'lexicalHits', cardinality(word_items), 'semanticHits', cardinality(near_items));
  return result;
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.readable_collections()
 RETURNS integer[]
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT COALESCE(array_agg(collections.id), '{}'::integer[]) AS "coalesce"
    FROM aquifer.collections
   WHERE (((collections.tenant_id)::text = aquifer.current_tenant()) AND aquifer.has_role_of(collections.readers));
END;

CREATE OR REPLACE FUNCTION aquifer.readings(language text, content text, OUT lexemes tsvector, OUT respelt tsvector)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
declare
  configuration constant regconfig := aquifer.text_configuration(language);
  stems_first constant boolean := configuration not in ('aquifer.english'::regconfig, 'aquifer.simple'::regconfig);
  words text := left(content, 65536);
  accentless text;
  grams tsvector;
begin
  -- English is read as the parser reads it, which its measured quality rests on.
  words := case configuration when 'aquifer.english'::regconfig then aquifer.parsable(words)
    else left(aquifer.normalised(words), 65536) end;
  grams := aquifer.bigrams(words);
  if grams is not null then
    words := regexp_replace(words, '[' || aquifer.spaceless() || ']+', ' ', 'g');
  end if;
  lexemes := to_tsvector(configuration, aquifer.respelt(language, words));
  if stems_first then
    accentless := aquifer.without_accents(words);
    if accentless <> aquifer.respelt(language, words) then
      -- A lexeme of marks alone has nothing left, which no tsvector takes.
      lexemes := regexp_replace(aquifer.without_accents(lexemes::text), '(^| )'''':[0-9,]+', '', 'g')::tsvector;
      respelt := to_tsvector(configuration, accentless);
    end if;
  end if;
  if grams is not null then lexemes := lexemes || grams; end if;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.reads_everything()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
begin
  -- plpgsql keeps its plan: policies ask this in every search.
  return (select coalesce(bool_and(aquifer.has_role_of(readers)), true) from aquifer.collections
          where tenant_id = aquifer.current_tenant());
end $function$;
alter routine aquifer.reads_everything() owner to aquifer_system;

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
  updated_facts text;
  of_flag text := '';
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
  updated_facts := facts;
  if adopted.searchable <> '{}' then
    updated_facts := format('actor, actor_roles, request, %L, %L and not flag.alone, %L and not flag.alone',
      adopted.events, adopted.audited, adopted.versioned);
    of_flag := format(E'\n    cross join lateral (select %s as alone) as flag%s',
      case when adopted.versioned or adopted.events then 'n.revision = o.revision'
        else 'difference.columns = ''{}'' and n.embedding_expired_at is distinct from o.embedding_expired_at' end,
      case when adopted.events then '' else E'\n    where not flag.alone' end);
  end if;
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
    cross join lateral (%s) as difference%s;%s
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
    case when keeps_rows then 'what.new_row' else 'null::jsonb' end, updated_facts,
    aquifer.same_columns(target, adopted.tenant_column || adopted.key_columns, 'n', 'o'),
    operation, aquifer.difference_expression('what.old_row', 'what.new_row'), of_flag, aquifer.relation_actions(target),
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
end $function$;
alter routine aquifer.record_documents() owner to aquifer_system;
revoke execute on routine aquifer.record_documents() from public;

CREATE OR REPLACE FUNCTION aquifer.record_purged_documents()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
AS $function$
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
end $function$;
alter routine aquifer.record_purged_documents() owner to aquifer_system;
revoke execute on routine aquifer.record_purged_documents() from public;

CREATE OR REPLACE FUNCTION aquifer.record_space(space_name text, space_model text, space_dimensions integer, space_metric text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
AS $function$
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
end $function$;
revoke execute on routine aquifer.record_space(text,text,integer,text) from public;
grant execute on routine aquifer.record_space(text,text,integer,text) to aquifer_app;
grant execute on routine aquifer.record_space(text,text,integer,text) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.record_uploads()
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
end $function$;
alter routine aquifer.record_uploads() owner to aquifer_system;
revoke execute on routine aquifer.record_uploads() from public;

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

CREATE OR REPLACE FUNCTION aquifer.refuse_moved_document()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a document cannot move to another collection; ingest it there and delete it here'
    using errcode = 'restrict_violation';
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.remove_chunk_entries()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.lexical_entries e using removed r, aquifer.lexical_statistics s
  where s.tenant_id = r.tenant_id and e.tenant_id = r.tenant_id and e.collection_id = s.collection_id and e.item_id = r.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.remove_chunk_vectors()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.vectors v using removed r, aquifer.vector_spaces s
  where s.tenant_id = r.tenant_id and s.collection_id is not null
    and v.tenant_id = r.tenant_id and v.space_id = s.id and v.item_id = r.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.remove_collection_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.lexical_postings p using removed r where (p.tenant_id, p.collection_id) = (r.tenant_id, r.id);
  delete from aquifer.lexical_entries e using removed r where (e.tenant_id, e.collection_id) = (r.tenant_id, r.id);
  delete from aquifer.lexicon x using removed r where (x.tenant_id, x.collection_id) = (r.tenant_id, r.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.remove_expired_documents(at_most integer DEFAULT 1000)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 WITH expired AS (
          SELECT d.tenant_id,
             d.id
            FROM (aquifer.documents d
              JOIN aquifer.collections c ON ((((c.tenant_id)::text = (d.tenant_id)::text) AND (c.id = d.collection_id))))
           WHERE ((c.retention IS NOT NULL) AND (d.updated_at < (now() - c.retention)))
          LIMIT remove_expired_documents.at_most
         ), removed AS (
          DELETE FROM aquifer.documents d
            USING expired e
           WHERE (((d.tenant_id)::text = (e.tenant_id)::text) AND (d.id = e.id))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM removed;
END;
revoke execute on routine aquifer.remove_expired_documents(integer) from public;
grant execute on routine aquifer.remove_expired_documents(integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.remove_record_vectors()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.vectors v using removed r
  where (v.tenant_id, v.space_id, v.item_id) = (r.tenant_id, r.space_id, r.item_id);
  return null;
end $function$;
revoke execute on routine aquifer.remove_record_vectors() from public;
grant execute on routine aquifer.remove_record_vectors() to aquifer_app;
grant execute on routine aquifer.remove_record_vectors() to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.remove_space_records()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.vector_records v using removed r where (v.tenant_id, v.space_id) = (r.tenant_id, r.id);
  return null;
end $function$;
revoke execute on routine aquifer.remove_space_records() from public;
grant execute on routine aquifer.remove_space_records() to aquifer_app;
grant execute on routine aquifer.remove_space_records() to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.remove_space_vectors()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from aquifer.vectors v using removed r where (v.tenant_id, v.space_id) = (r.tenant_id, r.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.remove_unused_originals(at_most integer DEFAULT 10000)
 RETURNS bigint
 LANGUAGE sql
BEGIN ATOMIC
 WITH unused AS (
          SELECT f.tenant_id,
             f.id
            FROM aquifer.files f
           WHERE ((f.purpose = 'document'::text) AND (f.created_at < (clock_timestamp() - '01:00:00'::interval)) AND aquifer.is_unused_original((f.tenant_id)::text, f.id))
          LIMIT remove_unused_originals.at_most
         ), removed AS (
          DELETE FROM aquifer.files f
            USING unused u
           WHERE (((f.tenant_id)::text = (u.tenant_id)::text) AND (f.id = u.id))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM removed;
END;
revoke execute on routine aquifer.remove_unused_originals(integer) from public;
grant execute on routine aquifer.remove_unused_originals(integer) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.respelt(language text, content text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE aquifer.primary_language(language) WHEN 'fa'::text THEN translate(content, 'يكى'::text, 'یکی'::text) WHEN 'ur'::text THEN translate(content, 'يكى'::text, 'یکی'::text) WHEN 'pt'::text THEN replace(content, 'ões'::text, 'ão'::text) WHEN 'ro'::text THEN translate(content, 'ȘșȚț'::text, 'ŞşŢţ'::text) WHEN 'tr'::text THEN translate(content, 'Iİ'::text, 'ıi'::text) ELSE content END;

CREATE OR REPLACE FUNCTION aquifer.restore_document(of_document uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.route_nearest(space aquifer.vector_spaces, k integer, recall double precision, candidates integer)
 RETURNS aquifer.vector_route
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  read_at_most constant integer := 50000;
  indexed boolean := space.index_state like 'ready%' and recall < 1 and space.vectors > 2000;
begin
  if candidates is not null and (not indexed or candidates <= read_at_most or candidates * 2 < space.vectors) then
    return row(case when space.signed and recall < 1 and candidates > 4000 then 'signs' else 'candidates' end, null::integer,
               candidates::bigint)::aquifer.vector_route;
  end if;
  if indexed then
    return row(case space.index_state when 'ready' then 'index' else 'index-bits' end,
               least(1000, aquifer.ef_search(space, recall, k) * case when candidates is null then 1 else 2 end),
               space.vectors)::aquifer.vector_route;
  end if;
  return row(case when space.signed and recall < 1 and space.vectors > 2000 then 'signs' else 'exact' end, null::integer,
             space.vectors)::aquifer.vector_route;
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.row_key(entry jsonb, key_columns name[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN CASE WHEN (cardinality(key_columns) = 1) THEN (entry ->> ((key_columns)[1])::text) ELSE (SELECT (jsonb_agg((row_key.entry -> (c.k)::text) ORDER BY c.at))::text AS jsonb_agg FROM unnest(row_key.key_columns) WITH ORDINALITY c(k, at)) END;

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

CREATE OR REPLACE FUNCTION aquifer.search_rows(entity text, request jsonb, target public.halfvec, allowed text[])
 RETURNS TABLE(row_key text, score double precision, lexical double precision, semantic double precision)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'public', 'pg_temp'
 SET jit TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
declare
  tenant text := aquifer.current_tenant();
  of_collection integer;
  candidates integer[];
  ranked aquifer.ranking;
begin
  select c.id into of_collection from aquifer.collections c
  where c.tenant_id = tenant and c.kind = 'entity' and c.name = aquifer.entity_collection_name(entity);
  if not found then return; end if;
  if allowed is not null then
    candidates := array(
      select c.id from unnest(allowed) as a (key)
      join aquifer.documents d on d.tenant_id = tenant and d.collection_id = of_collection and d.source = a.key
      join aquifer.chunks c on c.tenant_id = tenant and c.document_id = d.id);
  end if;
  ranked := aquifer.rank_items(array[of_collection], request, target, candidates);
  return query
  select d.source, max(r.score), max(r.lexical), max(r.semantic)
  from unnest(ranked.item_ids, ranked.scores, ranked.lexical, ranked.semantic) as r (id, score, lexical, semantic)
  join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id
  join aquifer.documents d on d.tenant_id = tenant and d.id = c.document_id
  where candidates is null or r.id = any (candidates)
  group by d.source
  order by 2 desc, 1
  limit (request ->> 'limit')::integer;
end $function$;
alter routine aquifer.search_rows(text,jsonb,public.halfvec,text[]) owner to aquifer_system;
revoke execute on routine aquifer.search_rows(text,jsonb,public.halfvec,text[]) from public;
grant execute on routine aquifer.search_rows(text,jsonb,public.halfvec,text[]) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.searched_collections(names jsonb)
 RETURNS integer[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  found_ids integer[];
  unknown text;
begin
  select array_agg(c.id) into found_ids from aquifer.collections c
  where c.tenant_id = aquifer.current_tenant() and c.kind = 'documents' and aquifer.has_role_of(c.readers)
    and (names is null or names ? c.name);
  select n into unknown from jsonb_array_elements_text(names) n
  where not exists (
    select from aquifer.collections c
    where c.tenant_id = aquifer.current_tenant() and c.kind = 'documents' and c.name = n and aquifer.has_role_of(c.readers))
    and n <> 'default';
  if unknown is not null then
    raise exception 'there is no collection % in this tenant', quote_literal(left(unknown, 128)) using errcode = 'AQ021';
  end if;
  return coalesce(found_ids, '{}');
end $function$;

CREATE OR REPLACE FUNCTION aquifer.searched_columns(searchable jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT array_agg(DISTINCT c.value ORDER BY c.value) AS array_agg FROM jsonb_each(searched_columns.searchable) k(key, columns), LATERAL jsonb_array_elements_text(k.columns) c(value));

CREATE OR REPLACE FUNCTION aquifer.searched_text(entry jsonb, columns text[])
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT COALESCE(string_agg((searched_text.entry ->> u.c), '

'::text ORDER BY u.at), ''::text) AS "coalesce" FROM unnest(searched_text.columns) WITH ORDINALITY u(c, at) WHERE ((searched_text.entry ->> u.c) <> ''::text));

CREATE OR REPLACE FUNCTION aquifer.search(request jsonb, target public.halfvec)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'public', 'pg_temp'
 SET jit TO 'off'
 SET max_parallel_workers_per_gather TO '0'
AS $function$
declare
  began timestamptz := clock_timestamp();
  tenant text := aquifer.current_tenant();
  collections integer[] := aquifer.searched_collections(nullif(request -> 'collections', 'null'));
  is_filtered boolean := jsonb_typeof(request -> 'filter') = 'object';
  candidates integer[];
  ranked aquifer.ranking;
  half_life float8 := (request -> 'recency' ->> 'halfLifeDays')::float8;
  recency float8 := (request -> 'recency' ->> 'weight')::float8;
  hits jsonb;
  answer jsonb;
  times jsonb := '{}';
begin
  if is_filtered then
    candidates := aquifer.filtered_chunks(collections, request -> 'filter');
    times := jsonb_build_object('filter', aquifer.milliseconds_since(began));
  end if;
  ranked := aquifer.rank_items(collections, request, target, candidates);
  began := clock_timestamp();
  select jsonb_agg(aquifer.presented_chunk(h.id, request)
                   || jsonb_build_object('score', h.score, 'lexical', h.lexical, 'semantic', h.semantic)
                   order by h.score desc, h.id)
  into hits
  from (
    select g.* from (
      select r.id, r.lexical, r.semantic,
             r.score * case when half_life is null then 1 else
               1 - recency + recency * power(0.5, extract(epoch from now() - d.updated_at) / 86400 / half_life) end as score,
             row_number() over (partition by c.document_id order by r.score desc, r.id) as place
      from unnest(ranked.item_ids, ranked.scores, ranked.lexical, ranked.semantic) as r (id, score, lexical, semantic)
      join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id
      join aquifer.documents d on d.tenant_id = tenant and d.id = c.document_id and d.collection_id = any (collections)
      where candidates is null or r.id = any (candidates)
    ) g
    where g.place <= coalesce((request ->> 'perDocument')::integer, g.place)
    order by g.score desc, g.id
    limit (request ->> 'limit')::integer
  ) h;
  answer := jsonb_build_object('hits', coalesce(hits, '[]'), 'candidates', cardinality(candidates),
    'spaces', coalesce(nullif(ranked.explained -> 'spaces', 'null'), '[]'),
    'models', (select coalesce(jsonb_agg(distinct s.model), '[]') from aquifer.vector_spaces s
               where s.tenant_id = tenant and s.collection_id = any (collections) and s.state = 'active' and s.vectors > 0));
  if jsonb_typeof(request -> 'facets') = 'array' then
    answer := answer || jsonb_build_object('facets', aquifer.facet_counts(
      array(select distinct c.document_id from unnest(ranked.item_ids) as r (id)
            join aquifer.chunks c on c.tenant_id = tenant and c.id = r.id), request -> 'facets'));
  end if;
  answer := answer || jsonb_build_object('milliseconds', times || (ranked.explained -> 'milliseconds')
    || jsonb_build_object('present', aquifer.milliseconds_since(began)));
  if (request ->> 'explain')::boolean then
    answer := answer || jsonb_build_object('explain', (ranked.explained - 'milliseconds') || jsonb_build_object(
      'terms', case when request ->> 'mode' = 'semantic' then '[]'::jsonb
                    else aquifer.explained_terms(collections, request) end));
  end if;
  return answer;
end $function$;
alter routine aquifer.search(jsonb,public.halfvec) owner to aquifer_system;
revoke execute on routine aquifer.search(jsonb,public.halfvec) from public;
grant execute on routine aquifer.search(jsonb,public.halfvec) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.semantic_leg(collections integer[], request jsonb, target public.halfvec, candidates integer[], OUT item_ids integer[], OUT scores double precision[], OUT explained jsonb)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  space aquifer.vector_spaces;
  way aquifer.vector_route;
  question halfvec;
  depth integer := (request ->> 'depth')::integer;
begin
  item_ids := '{}';
  scores := '{}';
  explained := '[]';
  for space in
    select * from aquifer.vector_spaces s
    where s.tenant_id = aquifer.current_tenant() and s.collection_id = any (collections)
      and s.state = 'active' and s.vectors > 0
  loop
    question := aquifer.question_vector(request, target, space.model);
    continue when question is null;
    if vector_dims(question) <> space.dimensions then
      raise exception 'a vector of % dimensions was asked of the space % of % with %',
        vector_dims(question), space.name, space.model, space.dimensions using errcode = 'AQ020';
    end if;
    way := aquifer.route_nearest(space, depth, (request ->> 'recall')::float8, cardinality(candidates));
    select item_ids || coalesce(array_agg(n.item_id), '{}'),
           scores || coalesce(array_agg(aquifer.similarity_of(space.metric, n.distance)), '{}')
    into item_ids, scores
    from aquifer.nearest_by(way, space, question, depth, candidates) n;
    explained := explained || jsonb_build_object('space', space.id, 'collection', space.collection_id,
                                                 'model', space.model, 'route', way.route,
                                                 'efSearch', way.ef, 'vectors', way.vectors);
  end loop;
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.similar_lexemes(tenant text, collections integer[], language text, term text, at_most integer)
 RETURNS TABLE(lexeme text, similarity double precision)
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  size constant integer := length(term);
  edits constant integer := case when size >= 8 then 2 else 1 end;
  -- What one edit leaves whole at one end, even where it is a swap in the middle.
  kept constant integer := greatest((size - edits) / (edits + 1), 1);
  head constant text := left(term, kept);
  tail constant text := reverse(right(term, kept));
begin
  if size < 3 then return; end if;
  return query
    with near as (
      select known.lexeme from unnest(collections) as wanted (id) join aquifer.lexicon known
        on known.tenant_id = tenant and known.collection_id = wanted.id
        and known.language = similar_lexemes.language
        and known.lexeme >= head and known.lexeme < head || U&'\+10FFFF'
      union
      select known.lexeme from unnest(collections) as wanted (id) join aquifer.lexicon known
        on known.tenant_id = tenant and known.collection_id = wanted.id
        and known.language = similar_lexemes.language
        and reverse(known.lexeme) collate "C" >= tail and reverse(known.lexeme) collate "C" < tail || U&'\+10FFFF'
    ),
    measured as (
      select near.lexeme, aquifer.edit_distance(near.lexeme, term) as distance from near
      -- A character that the other word has not was edited.
      where length(near.lexeme) between size - edits and size + edits
        and length(translate(near.lexeme, term, '')) <= edits and length(translate(term, near.lexeme, '')) <= edits
    )
    select measured.lexeme, 1 - distance::float8 / size from measured
    where distance between 1 and edits
    order by distance, left(measured.lexeme, 1) <> left(term, 1), measured.lexeme
    limit at_most;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.similarities(collections integer[], request jsonb, target public.halfvec, items integer[])
 RETURNS TABLE(item_id integer, similarity double precision)
 LANGUAGE plpgsql
 STABLE
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
  select v.item_id, max(case s.metric when 'inner' then -(v.embedding <#> q.vector) when 'cosine' then 1 - (v.embedding <=> q.vector)
                        else 1 / (1 + (v.embedding <-> q.vector)) end)
  from aquifer.vector_spaces s
  cross join lateral (select aquifer.question_vector(request, target, s.model) as vector) q
  cross join lateral (
    select x.item_id, x.embedding from aquifer.vectors x
    where x.tenant_id = s.tenant_id and x.space_id = s.id and x.item_id = any (items) offset 0
  ) v
  where s.tenant_id = aquifer.current_tenant() and s.collection_id = any (collections)
    and s.state = 'active' and q.vector is not null
  group by 1;
end $function$;

CREATE OR REPLACE FUNCTION aquifer.similarity_of(metric text, distance double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE metric WHEN 'cosine'::text THEN ((1)::double precision - distance) WHEN 'inner'::text THEN (- distance) ELSE ((1)::double precision / ((1)::double precision + distance)) END;

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

CREATE OR REPLACE FUNCTION aquifer.space_of(space_id integer)
 RETURNS aquifer.vector_spaces
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT s.*::aquifer.vector_spaces AS s
    FROM aquifer.vector_spaces s
   WHERE (((s.tenant_id)::text = aquifer.current_tenant()) AND (s.id = space_of.space_id));
END;

CREATE OR REPLACE FUNCTION aquifer.spaceless()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN '\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3\u17d7\u17dc\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff'::text;

CREATE OR REPLACE PROCEDURE aquifer.strike_postings(IN tenant text, IN collection integer, IN in_block integer, IN struck integer[], IN struck_lexemes text[])
 LANGUAGE sql
BEGIN ATOMIC
 DELETE FROM aquifer.lexical_postings
   WHERE (((lexical_postings.tenant_id)::text = strike_postings.tenant) AND (lexical_postings.collection_id = strike_postings.collection) AND (lexical_postings.lexeme = ANY (strike_postings.struck_lexemes)) AND (lexical_postings.block = strike_postings.in_block) AND (lexical_postings.item_ids <@ strike_postings.struck));
 UPDATE aquifer.lexical_postings posting SET (holders, item_ids, frequencies, lengths) = ( SELECT count(*) AS count,
             array_agg(item.item_id) AS array_agg,
             array_agg(item.frequency) AS array_agg,
             array_agg(item.length) AS array_agg
            FROM UNNEST(posting.item_ids, posting.frequencies, posting.lengths) item(item_id, frequency, length)
           WHERE (item.item_id <> ALL (strike_postings.struck)))
   WHERE (((posting.tenant_id)::text = strike_postings.tenant) AND (posting.collection_id = strike_postings.collection) AND (posting.lexeme = ANY (strike_postings.struck_lexemes)) AND (posting.block = strike_postings.in_block) AND (posting.item_ids && strike_postings.struck));
 UPDATE aquifer.lexical_blocks SET entries = (lexical_blocks.entries - cardinality(strike_postings.struck))
   WHERE (((lexical_blocks.tenant_id)::text = strike_postings.tenant) AND (lexical_blocks.collection_id = strike_postings.collection) AND (lexical_blocks.block = strike_postings.in_block));
 DELETE FROM aquifer.lexical_blocks
   WHERE (((lexical_blocks.tenant_id)::text = strike_postings.tenant) AND (lexical_blocks.collection_id = strike_postings.collection) AND (lexical_blocks.block = strike_postings.in_block) AND (lexical_blocks.entries = 0));
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

CREATE OR REPLACE FUNCTION aquifer.take_tokens(buckets jsonb, cost double precision)
 RETURNS TABLE(name text, remaining double precision, wait double precision)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  moment timestamptz := clock_timestamp();
  lacking double precision;
begin
  -- In the order of their names, so that two takers never wait for each other.
  insert into aquifer.rate_buckets (name, tokens, updated_at)
  select b.name, b.capacity, moment
  from jsonb_to_recordset(buckets) as b (name text, capacity double precision) order by b.name
  on conflict (name) do update set updated_at = rate_buckets.updated_at;

  update aquifer.rate_buckets r
  set tokens = least(b.capacity, r.tokens + greatest(0, extract(epoch from moment - r.updated_at)) * b."perSecond"),
      updated_at = greatest(r.updated_at, moment)
  from jsonb_to_recordset(buckets) as b (name text, capacity double precision, "perSecond" double precision)
  where r.name = b.name;

  select max((cost - r.tokens) / b."perSecond") into lacking
  from aquifer.rate_buckets r
  join jsonb_to_recordset(buckets) as b (name text, "perSecond" double precision) on r.name = b.name;

  return query
    update aquifer.rate_buckets r set tokens = r.tokens - case when lacking <= 0 then cost else 0 end
    from jsonb_to_recordset(buckets) as b (name text)
    where r.name = b.name
    returning r.name, r.tokens, greatest(0, lacking);
end $function$;
revoke execute on routine aquifer.take_tokens(jsonb,double precision) from public;
grant execute on routine aquifer.take_tokens(jsonb,double precision) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.tenant_expression(target regclass, tenant name)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (SELECT ('(select aquifer.current_tenant())'::text || CASE WHEN (format_type(pg_attribute.atttypid, NULL::integer) = ANY (ARRAY['text'::text, 'character varying'::text, 'aquifer.tenant_id'::text, 'tenant_id'::text])) THEN ''::text ELSE ('::'::text || format_type(pg_attribute.atttypid, NULL::integer)) END) FROM pg_attribute WHERE ((pg_attribute.attrelid = (tenant_expression.target)::oid) AND (pg_attribute.attname = tenant_expression.tenant)));

CREATE OR REPLACE FUNCTION aquifer.text_configuration(language text)
 RETURNS regconfig
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE aquifer.primary_language(language) WHEN 'ar'::text THEN 'aquifer.arabic'::regconfig WHEN 'bs'::text THEN 'aquifer.serbian'::regconfig WHEN 'ca'::text THEN 'aquifer.catalan'::regconfig WHEN 'da'::text THEN 'aquifer.danish'::regconfig WHEN 'de'::text THEN 'aquifer.german'::regconfig WHEN 'el'::text THEN 'aquifer.greek'::regconfig WHEN 'en'::text THEN 'aquifer.english'::regconfig WHEN 'es'::text THEN 'aquifer.spanish'::regconfig WHEN 'eu'::text THEN 'aquifer.basque'::regconfig WHEN 'fi'::text THEN 'aquifer.finnish'::regconfig WHEN 'fr'::text THEN 'aquifer.french'::regconfig WHEN 'ga'::text THEN 'aquifer.irish'::regconfig WHEN 'hi'::text THEN 'aquifer.hindi'::regconfig WHEN 'hr'::text THEN 'aquifer.serbian'::regconfig WHEN 'hu'::text THEN 'aquifer.hungarian'::regconfig WHEN 'hy'::text THEN 'aquifer.armenian'::regconfig WHEN 'id'::text THEN 'aquifer.indonesian'::regconfig WHEN 'it'::text THEN 'aquifer.italian'::regconfig WHEN 'lt'::text THEN 'aquifer.lithuanian'::regconfig WHEN 'ms'::text THEN 'aquifer.indonesian'::regconfig WHEN 'nb'::text THEN 'aquifer.norwegian'::regconfig WHEN 'ne'::text THEN 'aquifer.nepali'::regconfig WHEN 'nl'::text THEN 'aquifer.dutch'::regconfig WHEN 'nn'::text THEN 'aquifer.norwegian'::regconfig WHEN 'no'::text THEN 'aquifer.norwegian'::regconfig WHEN 'pt'::text THEN 'aquifer.portuguese'::regconfig WHEN 'ro'::text THEN 'aquifer.romanian'::regconfig WHEN 'ru'::text THEN 'aquifer.russian'::regconfig WHEN 'sr'::text THEN 'aquifer.serbian'::regconfig WHEN 'sv'::text THEN 'aquifer.swedish'::regconfig WHEN 'ta'::text THEN 'aquifer.tamil'::regconfig WHEN 'tr'::text THEN 'aquifer.turkish'::regconfig WHEN 'yi'::text THEN 'aquifer.yiddish'::regconfig ELSE 'aquifer.simple'::regconfig END;

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
  if adopted.searchable <> '{}' then
    body := E'declare\n  flag timestamptz;\n' || body || E'\n  if new.embedding_expired_at is distinct from old.embedding_expired_at then'
                 || E'\n    flag := new.embedding_expired_at;\n    new.embedding_expired_at := old.embedding_expired_at;'
                 || E'\n    if new *= old then new.embedding_expired_at := flag; return new; end if;'
                 || E'\n    new.embedding_expired_at := flag;\n  end if;';
  end if;
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

CREATE OR REPLACE FUNCTION aquifer.trash_document(of_document uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
end $function$;

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

CREATE OR REPLACE FUNCTION aquifer.unused_contents(of_store text, keys text[])
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT k.k
    FROM unnest(unused_contents.keys) k(k)
   WHERE (NOT (EXISTS ( SELECT
            FROM aquifer.files f
           WHERE ((f.sha256 = split_part(k.k, '/'::text, 2)) AND (f.store = unused_contents.of_store) AND (aquifer.file_space((f.tenant_id)::text) = split_part(k.k, '/'::text, 1))))));
END;
revoke execute on routine aquifer.unused_contents(text,text[]) from public;
grant execute on routine aquifer.unused_contents(text,text[]) to aquifer_system;

CREATE OR REPLACE FUNCTION aquifer.verify_audit(anchor_seq bigint DEFAULT NULL::bigint, anchor_digest bytea DEFAULT NULL::bytea)
 RETURNS TABLE(problem text, seq bigint, change_id bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'aquifer', 'pg_temp'
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
alter routine aquifer.verify_audit(bigint,bytea) owner to aquifer_system;
grant execute on routine aquifer.verify_audit(bigint,bytea) to aquifer_app;

CREATE OR REPLACE FUNCTION aquifer.with_tenant(definition text, tenant name)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
RETURN regexp_replace(definition, '^((CREATE .+? USING btree|FOREIGN KEY|PRIMARY KEY|UNIQUE( NULLS NOT DISTINCT)?) )\('::text, (('\1('::text || quote_ident((tenant)::text)) || ', '::text));

CREATE OR REPLACE FUNCTION aquifer.without_accents(content text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN public.unaccent(content);

CREATE OR REPLACE FUNCTION aquifer.writable_collections()
 RETURNS integer[]
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT COALESCE(array_agg(collections.id), '{}'::integer[]) AS "coalesce"
    FROM aquifer.collections
   WHERE (((collections.tenant_id)::text = aquifer.current_tenant()) AND aquifer.has_role_of(collections.writers) AND aquifer.has_role_of(collections.readers));
END;

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

CREATE OR REPLACE PROCEDURE aquifer.write_row_triggers(IN target regclass)
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
revoke execute on routine aquifer.write_row_triggers(regclass) from public;

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

CREATE OR REPLACE PROCEDURE aquifer.write_search_triggers(IN target regclass)
 LANGUAGE plpgsql
AS $procedure$
begin
  if (select searchable = '{}' from aquifer.entities where table_name = target) then return; end if;
  execute format('create trigger aquifer_search_inserted after insert on %s referencing new table as new_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
  execute format('create trigger aquifer_search_updated after update on %s referencing old table as old_rows new table as new_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
  execute format('create trigger aquifer_search_deleted after delete on %s referencing old table as old_rows '
    'for each statement execute function aquifer.index_written_rows()', target);
end $procedure$;
revoke execute on routine aquifer.write_search_triggers(regclass) from public;

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
begin
  call aquifer.write_row_triggers(target);
  call aquifer.write_search_triggers(target);
end $procedure$;
revoke execute on routine aquifer.write_triggers(regclass) from public;

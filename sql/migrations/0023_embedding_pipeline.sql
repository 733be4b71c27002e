-- What is to be embedded stands in the database, beside what it was derived from: a queue may lose everything.

-- Since when vectors are missing or no longer those of the text; null where all is well.
alter table aquifer.documents add column embedding_expired_at timestamptz;
-- Who writes a document and says nothing of vectors has written none.
alter table aquifer.documents alter column embedding_expired_at set default clock_timestamp();

create index documents_expired on aquifer.documents (tenant_id, collection_id, embedding_expired_at, id)
  where embedding_expired_at is not null;

-- Texts that occur again take their vectors from where they are. Equality by hash: it is looked up in no order.
create index chunks_of_hash on aquifer.chunks using hash (hash);

-- A text or title that was changed without its chunks: an empty recipe says that they must be cut again.
create function aquifer.expire_document() returns trigger
  language plpgsql
  as $$
begin
  new.embedding_expired_at := clock_timestamp();
  new.recipe_hash := '';
  return new;
end $$;

create trigger expire_embedding before update of title, content on aquifer.documents
  for each row when ((old.title, old.content) is distinct from (new.title, new.content)
                     and (old.source_hash, old.recipe_hash) is not distinct from (new.source_hash, new.recipe_hash))
  execute function aquifer.expire_document();

-- Documents that could not be embedded: they are tried again at `retry_at`; a dead one, not until someone asks for it or
-- its text changes. What failed was the state of the document that `expired_at` tells.
create table aquifer.embedding_failures (
  tenant_id   aquifer.tenant_id not null default aquifer.current_tenant(),
  document_id uuid not null,
  expired_at  timestamptz not null,
  attempts    integer not null,
  code        text not null,
  reason      text not null,
  failed_at   timestamptz not null default clock_timestamp(),
  retry_at    timestamptz not null,
  dead        boolean not null,
  primary key (tenant_id, document_id),
  foreign key (tenant_id, document_id) references aquifer.documents on delete cascade
);
call aquifer.isolate('aquifer.embedding_failures');

-- How far a space that is not searched follows: chunks up to this number have their vectors in it. Their numbers ascend
-- in commit order within a tenant, so that nothing is passed over.
create table aquifer.space_backfills (
  tenant_id  aquifer.tenant_id not null default aquifer.current_tenant(),
  space_id   integer not null,
  done_to    integer not null default 0,
  started_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, space_id),
  foreign key (tenant_id, space_id) references aquifer.vector_spaces on delete cascade
);
call aquifer.isolate('aquifer.space_backfills');

-- Documents with a chunk that has no vector in the active space of its collection, whoever removed it: a look at
-- everything, for the sweep that comes seldom. Returns how many it flagged.
create function aquifer.expire_unembedded(of_tenant text) returns integer
  language plpgsql volatile
  as $$
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
end $$;

-- Version history: the ledger's rows of versioned entities, and branches beside them.

create view aquifer.history with (security_invoker) as
  select tenant_id, entity, row_id, revision, at, operation, changed, before, row, actor_id, id
  from aquifer.changes where versioned and operation <> 'log';
grant select on aquifer.history to aquifer_app, aquifer_system;

-- A branch is a line of revisions beside the row, from the revision it began at.
create table aquifer.branches (
  tenant_id       aquifer.tenant_id not null default aquifer.current_tenant(),
  entity          text not null,
  row_id          text not null,
  name            text not null check (length(name) between 1 and 128),
  state           text not null default 'open' check (state in ('open', 'merged', 'abandoned')),
  -- The common ancestor of branch and row: where the branch began, or where it last took in the row.
  base_revision   bigint not null,
  base            jsonb not null,
  merged_revision bigint,
  created_at      timestamptz not null default now(),
  created_by      text default aquifer.current_actor(),
  primary key (tenant_id, entity, row_id, name)
);
call aquifer.isolate('aquifer.branches');

create table aquifer.branch_revisions (
  tenant_id  aquifer.tenant_id not null default aquifer.current_tenant(),
  entity     text not null,
  row_id     text not null,
  name       text not null,
  number     integer not null,
  row        jsonb not null,
  changed    text[] not null,
  at         timestamptz not null default clock_timestamp(),
  actor_id   text default aquifer.current_actor(),
  primary key (tenant_id, entity, row_id, name, number),
  foreign key (tenant_id, entity, row_id, name) references aquifer.branches on delete cascade
);
call aquifer.isolate('aquifer.branch_revisions');

-- What embedding took, by tenant, model and day (UTC). Processes add what they counted every few seconds.

create table aquifer.embedding_usage (
  tenant_id aquifer.tenant_id not null,
  day       date not null,
  model     text collate "C" not null,
  requests  bigint not null default 0,
  -- Windows, where a text is longer than one.
  texts     bigint not null default 0,
  tokens    bigint not null default 0,
  -- US dollars, as the registry of models prices tokens.
  cost      numeric(24, 10) not null default 0,
  primary key (tenant_id, day, model)
);
call aquifer.isolate('aquifer.embedding_usage');

-- A tenant reads its account and does not write it.
revoke insert, update, delete on aquifer.embedding_usage from aquifer_app;

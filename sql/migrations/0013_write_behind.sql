-- Writes that wait: the journal of write-behind queues. A write is acknowledged when its row is committed; later
-- writes of its key take its place, and the row goes when what it says was flushed.

-- A key's later write has the larger number; what takes the writes may tell an old one that arrives late by it.
create sequence aquifer.write_behind_sequence;
grant usage on sequence aquifer.write_behind_sequence to aquifer_app, aquifer_system;

create table aquifer.write_behind (
  tenant_id     aquifer.tenant_id not null default aquifer.current_tenant(),
  queue         text collate "C" not null check (length(queue) between 1 and 128),
  key           text collate "C" not null check (octet_length(key) between 1 and 1024),
  -- As it was written, which jsonb would not keep.
  value         json not null,
  sequence      bigint not null default nextval('aquifer.write_behind_sequence'),
  actor_id      text,
  -- Of the oldest write of the key that is not flushed.
  first_at      timestamptz not null default clock_timestamp(),
  due_at        timestamptz not null,
  -- Who flushes it, and until when nobody else does.
  claimed_by    uuid,
  claimed_at    timestamptz,
  claimed_until timestamptz,
  -- Failures of this value alone, and the reason of the last one.
  attempts      integer not null default 0,
  reason        text,
  -- A dead letter: given up, and kept for someone to look at.
  dead_at       timestamptz,
  primary key (tenant_id, queue, key)
) with (fillfactor = 70);
call aquifer.isolate('aquifer.write_behind');

-- Of nothing that a further write of the key changes, so that it touches no index.
create index write_behind_waiting on aquifer.write_behind (queue, first_at) where dead_at is null;

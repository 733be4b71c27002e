-- The tables of a chat platform for many organisations, and what Aquifer keeps of them. Safe to run again.

create table if not exists organisations (
  id        uuid primary key,
  tenant_id text not null unique,
  name      text not null,
  settings  jsonb not null default '{}'
);

do $$ begin
  create type user_role as enum ('owner', 'member', 'guest');
exception when duplicate_object then null;
end $$;

create table if not exists users (
  id        uuid primary key,
  tenant_id text not null,
  email     text not null unique,
  name      text not null,
  role      user_role not null default 'member',
  tags      text[] not null default '{}'
);

create table if not exists conversations (
  id        uuid primary key,
  tenant_id text not null,
  title     text not null
);

create table if not exists participants (
  conversation_id uuid not null references conversations on delete cascade,
  user_id         uuid not null references users on delete cascade,
  tenant_id       text not null,
  joined_at       timestamptz not null default now(),
  primary key (conversation_id, user_id)
);

create table if not exists messages (
  id              uuid primary key,
  tenant_id       text not null,
  conversation_id uuid not null references conversations on delete cascade,
  author_id       uuid references users on delete set null,
  body            text not null,
  metadata        jsonb not null default '{}',
  sent_at         timestamptz not null default now()
);
create index if not exists messages_of_conversation on messages (tenant_id, conversation_id, sent_at);

create table if not exists attachments (
  id         uuid primary key,
  tenant_id  text not null,
  message_id uuid not null references messages on delete cascade,
  file_name  text not null,
  bytes      bigint not null,
  checksum   bytea not null
);

-- keys => 'unique': the tenant joins every unique and foreign key, and the primary keys stay as the ORM knows them.
select aquifer.adopt('organisations', keys => 'unique', audited => true, events => true);
select aquifer.adopt('users', keys => 'unique', soft_delete => true, audited => true, events => true);
select aquifer.adopt('conversations', keys => 'unique', soft_delete => true, events => true);
select aquifer.adopt('participants', keys => 'unique', events => true);
select aquifer.adopt('messages', keys => 'unique', soft_delete => true, retention => '30 days', audited => true,
  versioned => true, events => true);
select aquifer.adopt('attachments', keys => 'unique', soft_delete => true, events => true);

-- What goes with a row that is soft-deleted, and comes back with it.
select aquifer.relate('messages', '{conversation_id}', 'conversations', 'cascade');
select aquifer.relate('attachments', '{message_id}', 'messages', 'cascade');

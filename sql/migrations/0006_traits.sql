-- Traits: what a table adopts so that it holds for every writer.

create table aquifer.entities (
  entity        text primary key,
  table_name    regclass not null unique,
  tenant_column name not null,
  -- The primary key without the tenant.
  key_columns   name[] not null,
  soft_delete   boolean not null,
  retention     interval,
  audited       boolean not null,
  versioned     boolean not null,
  events        boolean not null,
  timestamps    boolean not null,
  encrypted     name[] not null,
  searchable    jsonb not null,
  keys          text not null,
  -- Columns that adoption added, and the key definitions it replaced: what release undoes.
  added_columns name[] not null default '{}',
  replaced_keys jsonb not null default '[]',
  adopted_at    timestamptz not null default now()
);
grant select on aquifer.entities to aquifer_app, aquifer_system;

-- What happens to the rows that refer to a soft-deleted one.
create table aquifer.relations (
  child          regclass not null,
  child_columns  name[] not null,
  parent         regclass not null,
  on_soft_delete text not null check (on_soft_delete in ('cascade', 'restrict', 'set null', 'keep')),
  primary key (child, child_columns, parent)
);
grant select on aquifer.relations to aquifer_app, aquifer_system;

-- Helpers of adoption

create function aquifer.has_column(target regclass, wanted name) returns boolean
  language sql stable
  return exists (select from pg_attribute where attrelid = target and attname = wanted and attnum > 0 and not attisdropped);

create function aquifer.column_names(target regclass, numbers smallint[]) returns name[]
  language sql stable
  return (select array_agg(a.attname order by n.at) from unnest(numbers) with ordinality as n (number, at)
          join pg_attribute a on a.attrelid = target and a.attnum = n.number);

create function aquifer.key_columns_of(target regclass) returns name[]
  language sql stable
  return (select aquifer.column_names(target, conkey) from pg_constraint where conrelid = target and contype = 'p');

create function aquifer.column_list(columns name[], prefix text default '') returns text
  language sql immutable
  return (select string_agg(prefix || quote_ident(c), ', ' order by at) from unnest(columns) with ordinality as u (c, at));

-- "a.x = b.x and a.y = b.y". The operators of a type that an extension brought are not on the path of trait
-- functions; such columns are compared as text.
create function aquifer.same_columns(target regclass, columns name[], a text, b text) returns text
  language sql stable
  return (select string_agg(format(
              case when t.typnamespace = 'pg_catalog'::regnamespace or t.typtype in ('e', 'd') then '%s.%I = %s.%I' else '%s.%I::text = %s.%I::text' end,
              a, c, b, c), ' and ' order by at)
          from unnest(columns) with ordinality as u (c, at)
          join pg_attribute on attrelid = target and attname = c join pg_type t on t.oid = atttypid);

-- The key of a row alias as one text expression.
create function aquifer.row_id_expression(columns name[], row_alias text) returns text
  language sql immutable
  return case cardinality(columns)
    when 1 then format('%s.%I::text', row_alias, columns[1])
    else format('jsonb_build_array(%s)::text', aquifer.column_list(columns, row_alias || '.'))
  end;

-- The current tenant in the type of the tenant column.
create function aquifer.tenant_expression(target regclass, tenant name) returns text
  language sql stable
  return (select '(select aquifer.current_tenant())' ||
            case when format_type(atttypid, null) in ('text', 'character varying', 'aquifer.tenant_id', 'tenant_id') then ''
                 else '::' || format_type(atttypid, null) end
          from pg_attribute where attrelid = target and attname = tenant);

-- A name for what adoption makes for one table; the table's full name may not fit. Letters beyond ASCII take
-- several bytes, and what is cut off would be the part that tells two tables apart.
create function aquifer.trait_name(prefix text, target regclass) returns text
  language sql stable
  return (select left(regexp_replace(prefix || '_' || n.nspname || '_' || c.relname, '[^A-Za-z0-9_]', '_', 'g'), 50)
                 || '_' || left(md5(n.nspname || '.' || c.relname), 8)
          from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target);

-- What an update changed, but for what traits keep themselves: the columns, and their old values. It looks at the
-- rows as they are and not at a list of columns, so that a column that is added, renamed or dropped after adoption
-- neither escapes history nor stops writes.
create function aquifer.difference_expression(old_row text, new_row text) returns text
  language sql immutable
  return format($sql$select coalesce(array_agg(item.key order by item.key), '{}') as columns, jsonb_object_agg(item.key, item.value) as old_values
      from jsonb_each(%s) as item (key, value)
      where item.value is distinct from %s -> item.key
        and item.key not in ('revision', 'updated_at', 'updated_by', 'embedding_expired_at')$sql$, old_row, new_row);

-- Columns

create procedure aquifer.add_trait_column(target regclass, wanted name, definition text)
  language plpgsql
  as $$
begin
  if aquifer.has_column(target, wanted) then
    call aquifer.check_trait_column(target, wanted);
    return;
  end if;
  execute format('alter table %s add column %I %s', target, wanted, definition);
  update aquifer.entities set added_columns = added_columns || wanted where table_name = target;
end $$;

-- A column of the name that the table had already serves, if it can: else the first write would fail.
create procedure aquifer.check_trait_column(target regclass, wanted name)
  language plpgsql
  as $$
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
end $$;

create procedure aquifer.add_trait_columns(target regclass)
  language plpgsql
  as $$
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
end $$;

-- Keys: with the tenant in every key, no key error reveals and no foreign key reaches another tenant.

create procedure aquifer.remember_key(target regclass, kind text, key_name name, definition text)
  language sql
  begin atomic
    update aquifer.entities
    set replaced_keys = replaced_keys || jsonb_build_object('kind', kind, 'name', key_name, 'definition', definition)
    where table_name = target;
  end;

-- Foreign keys between adopted tables that do not carry the tenant yet.
create function aquifer.untenanted_foreign_keys(target regclass)
  returns table (child regclass, parent regclass, key_name name, definition text, child_tenant name, parent_tenant name)
  language sql stable
  begin atomic
    select k.conrelid::regclass, k.confrelid::regclass, k.conname, pg_get_constraintdef(k.oid), c.tenant_column, p.tenant_column
    from pg_constraint k
    join aquifer.entities c on c.table_name = k.conrelid
    join aquifer.entities p on p.table_name = k.confrelid
    where k.contype = 'f' and target in (k.conrelid, k.confrelid)
      and not c.tenant_column = any (aquifer.column_names(k.conrelid, k.conkey));
  end;

create function aquifer.with_tenant(definition text, tenant name) returns text
  language sql immutable
  return regexp_replace(definition, '^((CREATE .+? USING btree|FOREIGN KEY|PRIMARY KEY|UNIQUE( NULLS NOT DISTINCT)?) )\(',
    '\1(' || quote_ident(tenant) || ', ');

create function aquifer.foreign_key_with_tenant(definition text, child_tenant name, parent_tenant name) returns text
  language plpgsql immutable
  as $$
declare
  columns text := substring(definition from 'FOREIGN KEY \(([^)]*)\)');
  composite text := aquifer.with_tenant(definition, child_tenant);
begin
  -- The tenant is never null: with MATCH FULL, nor could the others be.
  composite := replace(composite, ' MATCH FULL', '');
  composite := regexp_replace(composite, '(REFERENCES [^(]+)\(', '\1(' || quote_ident(parent_tenant) || ', ');
  -- Nulling the tenant would orphan the row.
  return regexp_replace(composite, 'ON DELETE SET (NULL|DEFAULT)(?! *\()', 'ON DELETE SET \1 (' || columns || ')');
end $$;

-- Constraints and indexes that are unique but do not carry the tenant.
create function aquifer.untenanted_unique_keys(target regclass, tenant name, with_primary boolean)
  returns table (kind text, key_name name, definition text)
  language sql stable
  begin atomic
    select case k.contype when 'p' then 'primary' else 'unique' end, k.conname, pg_get_constraintdef(k.oid)
    from pg_constraint k
    where k.conrelid = target and (k.contype = 'u' or k.contype = 'p' and with_primary)
      and not tenant = any (aquifer.column_names(target, k.conkey))
    union all
    -- What is said of a partitioned table holds for its partitions too.
    select 'index', c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), '^(CREATE UNIQUE INDEX .+? ON) ONLY ', '\1 ')
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = target and i.indisunique and not i.indisprimary
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
      and not exists (select from unnest(i.indkey::smallint[]) with ordinality as part (number, at)
                      join pg_attribute a on a.attrelid = target and a.attnum = part.number
                      where a.attname = tenant and part.at <= i.indnkeyatts);
  end;

create procedure aquifer.drop_key(target regclass, kind text, key_name name)
  language plpgsql
  as $$
begin
  if kind = 'index' then
    execute format('drop index %s.%I', (select relnamespace::regnamespace from pg_class where oid = target), key_name);
  else
    execute format('alter table %s drop constraint %I', target, key_name);
  end if;
end $$;

create procedure aquifer.make_key(target regclass, kind text, key_name name, definition text)
  language plpgsql
  as $$
begin
  if kind = 'index' then
    execute definition;
  else
    execute format('alter table %s add constraint %I %s', target, key_name, definition);
  end if;
end $$;

-- Tables that are not adopted yet refer to the primary key alone. It takes the tenant in when the last of them
-- is adopted.
create function aquifer.is_referred_to(target regclass, key_name name) returns boolean
  language sql stable
  return exists (
    select from pg_constraint k join pg_constraint f on f.contype = 'f' and f.confrelid = target and f.conindid = k.conindid
    where k.conrelid = target and k.conname = key_name);

-- An exclusion over all tenants tells one of them what another holds. Which operator class would take the tenant
-- in is for the owner to say.
create procedure aquifer.refuse_untenanted_exclusions(target regclass, tenant name)
  language plpgsql
  as $$
declare
  shared name := (select conname from pg_constraint where conrelid = target and contype = 'x'
                    and not tenant = any (aquifer.column_names(target, conkey)) limit 1);
begin
  if shared is not null then
    raise exception 'the exclusion constraint % of % reaches across tenants', shared, target using errcode = 'AQ003',
      hint = format('Add "%s with =" to it (extension btree_gist), or adopt with keys => ''none''.', tenant);
  end if;
end $$;

create procedure aquifer.put_tenant_into_unique_keys(target regclass)
  language plpgsql
  as $$
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
end $$;

-- What composite foreign keys refer to, and the index that the tenant leads, while the primary key is neither.
create procedure aquifer.keep_tenant_key(target regclass)
  language plpgsql
  as $$
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
end $$;

create procedure aquifer.put_tenant_into_keys(target regclass)
  language plpgsql
  as $$
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
end $$;

create procedure aquifer.restore_keys(target regclass)
  language plpgsql
  as $$
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
end $$;

create type mood as enum ('calm', 'cross');
create table kinds (
  id serial primary key, tenant_id text not null, name varchar(40), letter char(3), code uuid, markup xml, address inet, bits bit(3),
  small smallint, big bigint, oid oid, "real" real, "double" double precision, amount decimal(30, 10), price money, flag boolean,
  day date, clock time(3), clock_zone timetz(3), moment timestamp(3), moment_zone timestamptz(3), plain json, "binary" jsonb,
  bytes bytea, mood mood, names text[], smalls integer[], bigs bigint[], doubles double precision[], amounts decimal(30, 10)[],
  flags boolean[], days date[], moments timestamp(3)[], moment_zones timestamptz(3)[], binaries jsonb[], bytes_list bytea[],
  codes uuid[], moods mood[]);
select aquifer.adopt('kinds', keys => 'unique');

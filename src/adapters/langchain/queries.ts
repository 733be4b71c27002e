/** Milliseconds since 1970, by the clock of the database; 53 bits hold its microseconds. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::double precision';

export const NOW_QUERY = `select ${NOW} as now`;

/** Writes nothing before the time `$4`. A key's group stays as it was where none is given. */
export const SEE_KEYS = `
  insert into aquifer.indexed_keys as known (namespace, key, group_id, seen_at)
  select $1, k.key, ($3::text[])[k.ordinal], ${NOW}
  from unnest($2::text[]) with ordinality k(key, ordinal)
  where $4::double precision is null or ${NOW} >= $4
  order by k.key
  on conflict (tenant_id, namespace, key)
  do update set seen_at = excluded.seen_at, group_id = coalesce(excluded.group_id, known.group_id)`;

export const KNOWN_KEYS = `
  select key from aquifer.indexed_keys where namespace = $1 and key = any ($2::text[])`;

/** Times are exclusive; of the parameters, null asks for nothing. */
export const LIST_KEYS = `
  select key from aquifer.indexed_keys
  where namespace = $1
    and ($2::double precision is null or seen_at < $2)
    and ($3::double precision is null or seen_at > $3)
    and ($4::text[] is null or group_id = any ($4) or group_id is null and array_position($4, null) is not null)
  order by seen_at, key
  limit $5`;

export const FORGET_KEYS = `
  delete from aquifer.indexed_keys where namespace = $1 and key = any ($2::text[])`;

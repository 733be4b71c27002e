import type { Statement } from '../relational/index.js';

/** The statements of write-behind. The tenant is never a parameter of a tenant's statement: it comes from the scope. */
export type Named = Pick<Statement, 'name' | 'text'>;

/**
 * Rows in the order of their keys, as FINISH locks them too: two who write the same keys do not deadlock.
 * $1 queue, $2 keys, $3 values, $4 actors, $5 wait and $6 longest wait in ms, $7 whether to count, $8 up to how many
 */
export const WRITE: Named = {
  name: 'aq_write_behind_write',
  text: `
  with written as (
    insert into aquifer.write_behind as w (queue, key, value, actor_id, due_at)
    select $1, item.key, item.value::json, item.actor_id, clock_timestamp() + $5::float8 * interval '1 millisecond'
    from unnest($2::text[], $3::text[], $4::text[]) as item (key, value, actor_id)
    order by item.key collate "C"
    on conflict (tenant_id, queue, key) do update
      set value = excluded.value, actor_id = excluded.actor_id,
          sequence = nextval('aquifer.write_behind_sequence'), attempts = 0, reason = null, dead_at = null,
          first_at = case when w.dead_at is null then w.first_at else clock_timestamp() end,
          due_at = case when w.attempts > 0 then excluded.due_at
                        else least(excluded.due_at, w.first_at + $6::float8 * interval '1 millisecond') end
    returning (xmax = 0) as is_new
  )
  select count(*) filter (where is_new)::integer as added,
         case when $7::boolean then (
           select count(*)::integer
           from (select from aquifer.write_behind where queue = $1 and dead_at is null limit $8::integer) as waiting
         ) end as before
  from written`,
};

/** $1 queue, $2 up to how many */
export const COUNT: Named = {
  text: `
  select count(*)::integer as pending
  from (select from aquifer.write_behind where queue = $1 and dead_at is null limit $2::integer) as waiting`,
};

/** $1 queue, $2 keys */
export const READ: Named = {
  name: 'aq_write_behind_read',
  text: `
  select key, value::text as value from aquifer.write_behind
  where tenant_id = (select aquifer.current_tenant()) and queue = $1 and key = any ($2::text[])`,
};

/** $1 queue, $2 whether before they are due, $3 at most how many, $4 the claim, $5 for how many ms */
export const CLAIM: Named = {
  name: 'aq_write_behind_claim',
  text: `
  with ready as (
    select tenant_id, key from aquifer.write_behind
    where queue = $1 and dead_at is null and (claimed_until is null or claimed_until < now())
      and (due_at <= now() or $2::boolean and attempts = 0)
    order by first_at limit $3::integer for update skip locked
  )
  update aquifer.write_behind w
  set claimed_by = $4::uuid, claimed_at = now(), claimed_until = now() + $5::float8 * interval '1 millisecond'
  from ready where w.tenant_id = ready.tenant_id and w.queue = $1 and w.key = ready.key
  returning w.tenant_id as "tenantId", w.key, w.value::text as value, w.sequence::float8 as sequence,
            w.actor_id as "actorId", w.attempts`,
};

/** What the statements about claimed rows begin with. $1 queue, $2 claim, $3 tenants, $4 keys, $5 sequences */
const CLAIMED = `
  with item as (
    select * from unnest($3::text[], $4::text[], $5::bigint[]) as i (tenant_id, key, sequence)
  ), locked as materialized (
    select from aquifer.write_behind w join item on w.tenant_id = item.tenant_id and w.key = item.key
    where w.queue = $1 and w.claimed_by = $2::uuid
    order by w.tenant_id, w.key for update of w
  )`;
const OF_THE_CLAIM = `
  w.queue = $1 and w.tenant_id = item.tenant_id and w.key = item.key and w.claimed_by = $2::uuid`;
const IN_ORDER = `item, (select count(*) from locked) as ordered`;

/** Removes what was flushed and has not been written anew since. */
export const FINISH: Named = {
  name: 'aq_write_behind_finish',
  text: `${CLAIMED}
  delete from aquifer.write_behind w using ${IN_ORDER} where ${OF_THE_CLAIM} and w.sequence = item.sequence
  returning w.tenant_id as "tenantId", w.key`,
};

/** Gives claimed rows back; what was written anew meanwhile waits as if it had come first. $6 wait, $7 longest wait in ms */
export const RELEASE: Named = {
  name: 'aq_write_behind_release',
  text: `${CLAIMED}
  update aquifer.write_behind w
  set claimed_by = null, claimed_at = null, claimed_until = null,
      first_at = case when w.sequence = item.sequence then w.first_at else w.claimed_at end,
      due_at = case when w.sequence = item.sequence then w.due_at
                    else greatest(w.due_at, least(now() + $6::float8 * interval '1 millisecond',
                                                  w.claimed_at + $7::float8 * interval '1 millisecond')) end
  from ${IN_ORDER} where ${OF_THE_CLAIM}`,
};

/** $6 for how many ms from now */
export const RENEW: Named = {
  text: `${CLAIMED}
  update aquifer.write_behind w set claimed_until = now() + $6::float8 * interval '1 millisecond'
  from ${IN_ORDER} where ${OF_THE_CLAIM} returning w.tenant_id as "tenantId", w.key`,
};

/** A failure of one value. $3 tenant, $4 key, $5 sequence, $6 reason, $7 attempts it has, $8 wait in ms */
export const FAIL: Named = {
  text: `
  update aquifer.write_behind w
  set claimed_by = null, claimed_at = null, claimed_until = null, attempts = w.attempts + 1, reason = $6,
      due_at = now() + $8::float8 * interval '1 millisecond',
      dead_at = case when w.attempts + 1 >= $7::integer then now() end
  where w.queue = $1 and w.claimed_by = $2::uuid and w.tenant_id = $3 and w.key = $4 and w.sequence = $5::bigint
  returning w.dead_at is not null as dead`,
};

/** Milliseconds until something is due or a claim is over; null when nothing waits. $1 queue */
export const NEXT_DUE: Named = {
  name: 'aq_write_behind_next_due',
  text: `
  select (extract(epoch from min(greatest(due_at, claimed_until)) - clock_timestamp()) * 1000)::float8 as ms
  from aquifer.write_behind where queue = $1 and dead_at is null`,
};

/** $1 queue */
export const FIGURES: Named = {
  text: `
  select count(*) filter (where dead_at is null)::integer as pending,
         count(*) filter (where dead_at is not null)::integer as dead,
         coalesce(extract(epoch from clock_timestamp() - min(first_at) filter (where dead_at is null)) * 1000, 0)::float8
           as "oldestMs"
  from aquifer.write_behind where queue = $1`,
};

/** For a tenant, whose policy leaves its own, and across tenants. $1 queue, $2 and $3 where to go on, $4 limit */
export const LIST_DEAD: Named = {
  text: `
  select tenant_id as "tenantId", key, value::text as value, sequence::float8 as sequence, actor_id as "actorId",
         attempts, reason, dead_at as "deadAt"
  from aquifer.write_behind
  where queue = $1 and dead_at is not null and ($2::text is null or (tenant_id, key) > ($2, $3))
  order by tenant_id, key limit $4::integer`,
};

/** $1 queue, $2 keys or null for all */
export const REQUEUE_DEAD: Named = {
  text: `
  update aquifer.write_behind
  set dead_at = null, attempts = 0, reason = null, first_at = clock_timestamp(), due_at = clock_timestamp()
  where queue = $1 and dead_at is not null and ($2::text[] is null or key = any ($2))`,
};

/** $1 queue, $2 keys or null for all */
export const DISCARD_DEAD: Named = {
  text: `
  delete from aquifer.write_behind
  where queue = $1 and dead_at is not null and ($2::text[] is null or key = any ($2))`,
};

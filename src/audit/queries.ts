/** The statements of the audit. The tenant is never a parameter: it comes from the scope. */

export const LOG = 'select aquifer.audit_log($1, $2, $3, $4, $5::jsonb)::text as id';

/** $1 entity, $2 row, $3 actor, $4 action, $5 request, $6 since, $7 until, $8 and $9 microseconds and id of the record to go on after, $10 limit */
export const LIST = `
  select id::text, at, entity, row_id as "rowId", operation, action, result, revision::float8 as revision, changed, before, row,
         actor_id as "actorId", roles, request_id as "requestId", ip, user_agent as "userAgent", details,
         (extract(epoch from at) * 1000000)::bigint || '/' || id as position
  from aquifer.audit
  where tenant_id = (select aquifer.current_tenant())
    and ($1::text is null or entity = $1) and ($2::text is null or row_id = $2)
    and ($3::text is null or actor_id = $3) and ($4::text is null or action = $4)
    and ($5::text is null or request_id = $5)
    and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
    and ($8::bigint is null or (at, id) < (timestamptz 'epoch' + $8 * interval '1 microsecond', $9::bigint))
  order by at desc, id desc limit $10`;

export const SEAL = 'select aquifer.seal_audit()::integer as sealed';

/** $1 and $2 the anchor's seq and digest, or null */
export const VERIFY = `
  select problem, seq::text, change_id::text as "recordId"
  from aquifer.verify_audit($1::bigint, decode($2, 'hex'))`;

export const CHAIN_END = `
  select (select coalesce(sum(cardinality(change_ids)), 0)::integer from aquifer.audit_seals
          where tenant_id = (select aquifer.current_tenant())) as sealed,
         last.seq::text as seq, encode(last.digest, 'hex') as digest
  from (select 1) as one left join lateral (
    select seq, digest from aquifer.audit_seals where tenant_id = (select aquifer.current_tenant()) order by audit_seals.seq desc limit 1
  ) as last on true`;

/** The statements of the operations room. Those of a tenant run in its context, the others as the system. */

const MINE = 'tenant_id = (select aquifer.current_tenant())';
const COLLECTIONS = `(select id from aquifer.collections where ${MINE} and kind = 'documents')`;

/** Every chunk has one lexical entry, and those are counted as they come and go. A document of a file is that file. */
export const STORED = `
  select d.documents, f.files, d.bytes + f.bytes as bytes,
         (select count(*)::integer from ${COLLECTIONS} c) as collections,
         (select coalesce(sum(s.entries), 0)::integer from aquifer.lexical_statistics s
          where s.${MINE} and s.collection_id in ${COLLECTIONS}) as chunks
  from (select count(*)::integer as documents, coalesce(sum(source_bytes) filter (where file_id is null), 0)::float8 as bytes
        from aquifer.documents where ${MINE} and collection_id in ${COLLECTIONS}) as d,
       (select count(*)::integer as files, coalesce(sum(bytes), 0)::float8 as bytes
        from aquifer.files where ${MINE}) as f`;

const OF_STATE =
  'f.tenant_id = d.tenant_id and f.document_id = d.id and f.expired_at = d.embedding_expired_at';

export const BACKLOG = `
  select count(*) filter (where f.dead is not true)::integer as waiting, count(*) filter (where f.dead)::integer as failed,
         coalesce(extract(epoch from clock_timestamp() - min(d.embedding_expired_at) filter (where f.dead is not true)) * 1000,
                  0)::float8 as "oldestMs"
  from aquifer.documents d left join aquifer.embedding_failures f on ${OF_STATE}
  where d.${MINE} and d.embedding_expired_at is not null`;

/** The latest first. $1 microseconds and $2 document of the failure to go on after, or null, $3 limit */
export const FAILURES = `
  select f.document_id as "documentId", d.source, f.attempts, f.code, f.reason, f.failed_at as "failedAt",
         f.retry_at as "retryAt", f.dead, (extract(epoch from f.failed_at) * 1000000)::bigint || '/' || f.document_id as position
  from aquifer.embedding_failures f join aquifer.documents d on ${OF_STATE}
  where f.${MINE} and ($1::bigint is null
    or (f.failed_at, f.document_id) < (timestamptz 'epoch' + $1 * interval '1 microsecond', $2::uuid))
  order by f.failed_at desc, f.document_id desc limit $3`;

export const OUTBOX = `
  select s.name as subscriber, l.waiting::integer as waiting,
         coalesce(extract(epoch from clock_timestamp() - l.oldest_at) * 1000, 0)::float8 as "oldestMs"
  from aquifer.subscriptions s cross join lateral aquifer.subscription_lag(s.name) l
  order by s.name limit 100`;

/** Of one space alone are those with a condition on it: they would tell of the tenant whose it is. */
export const INDEXES = `
  select i.relname::text as name, t.relname::text as "table", pg_relation_size(i.oid)::float8 as bytes,
         coalesce(s.idx_scan, 0)::float8 as scans
  from pg_index x
  join pg_class i on i.oid = x.indexrelid and i.relkind = 'i'
  join pg_class t on t.oid = x.indrelid
  join pg_namespace n on n.oid = t.relnamespace
  left join pg_stat_user_indexes s on s.indexrelid = x.indexrelid
  where n.nspname = 'aquifer' and coalesce(pg_get_expr(x.indpred, x.indrelid), '') not like '%space_id%'
  order by bytes desc, name limit 200`;

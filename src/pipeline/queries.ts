/**
 * The statements of the pipeline. They run as `aquifer_system`, which sees every tenant: each names its own. $1 is the
 * tenant, unless it says otherwise.
 */

/**
 * Look-ups are scalar subqueries with a limit, and what is looked at first stands behind a fence: right after a load the
 * statistics know nothing of it, and the planner would read all vectors for each document.
 */
const lacksVector = (space: string) => `
  (select 1 from aquifer.vectors v
   where v.tenant_id = c.tenant_id and v.space_id = ${space} and v.item_id = c.id limit 1) is null`;

/** What failed of the document as it is now. */
const failure = (condition: string) => `
  (select 1 from aquifer.embedding_failures f
   where f.tenant_id = d.tenant_id and f.document_id = d.id and f.expired_at = d.embedding_expired_at
     and ${condition} limit 1)`;

const DUE = 'not f.dead and f.retry_at <= clock_timestamp()';

const missingChunks = (condition: string, documents: number) => `
  with claimed as materialized (
    select d.id, d.embedding_expired_at
    from (
      select tenant_id, id, embedding_expired_at from aquifer.documents
      where tenant_id = $1 and collection_id = $2 and embedding_expired_at is not null and recipe_hash <> ''
      order by embedding_expired_at, id offset 0
    ) d
    where ${condition}
      and (select 1 from aquifer.chunks c
           where c.tenant_id = d.tenant_id and c.document_id = d.id and ${lacksVector('$3')} limit 1) = 1
    limit ${documents}
  )
  select c.id, c.document_id as "documentId", c.ordinal, c.context, c.content as text, c.hash,
         claimed.embedding_expired_at::text as flag, coalesce(f.attempts, 0) as attempts
  from claimed
  cross join lateral (
    select * from aquifer.chunks c
    where c.tenant_id = $1 and c.document_id = claimed.id and ${lacksVector('$3')} offset 0
  ) c
  left join aquifer.embedding_failures f
    on f.tenant_id = $1 and f.document_id = claimed.id and f.expired_at = claimed.embedding_expired_at
  order by claimed.embedding_expired_at, c.document_id, c.ordinal limit $4`;

/** Chunks without a vector, of documents that were not tried before. $2 collection, $3 space, $4 how many */
export const FRESH_CHUNKS = missingChunks(`${failure('true')} is null`, 64);

/** The same of one document that failed and is to be tried again: alone, so that no other fails with it. */
export const RETRIED_CHUNKS = missingChunks(`${failure(DUE)} = 1`, 1);

/**
 * Whoever has the text already lends its vectors. The tenant is compared as an expression, for its index would be combined
 * with that of the hashes, at the price of reading all of the tenant. $2 space, $3 chunk ids; returns those that have vectors now
 */
export const COPY_EQUAL = `
  with lenders as materialized (
    select c.id, (select o.id from aquifer.chunks o
                  where o.hash = c.hash and o.tenant_id || '' = $1 and o.id <> c.id
                    and (select 1 from aquifer.vectors v
                         where v.tenant_id = $1 and v.space_id = $2 and v.item_id = o.id limit 1) = 1
                  limit 1) as lender
    from unnest($3::integer[]) as wanted (id)
    cross join lateral (
      select c.id, c.hash from aquifer.chunks c where c.tenant_id = $1 and c.id = wanted.id for key share
    ) c
  ),
  copied as (
    insert into aquifer.vectors (tenant_id, space_id, item_id, window_no, embedding)
    select $1, $2, l.id, v.window_no, v.embedding
    from lenders l cross join lateral (
      select * from aquifer.vectors v where v.tenant_id = $1 and v.space_id = $2 and v.item_id = l.lender offset 0
    ) v
    where l.lender is not null
    on conflict do nothing returning item_id
  )
  select distinct item_id as id from copied`;

/**
 * Only for chunks that are still there, and stay until the transaction ends: their vectors would outlive them.
 * $2 space, $3 chunk ids, $4 window numbers, $5 all vectors end to end as real[], $6 dimensions
 */
export const INSERT_VECTORS = `
  insert into aquifer.vectors (tenant_id, space_id, item_id, window_no, embedding)
  select $1, $2, c.id, w.window_no, ($5::real[])[(w.at - 1) * $6::integer + 1 : w.at * $6::integer]::halfvec
  from unnest($3::integer[], $4::integer[]) with ordinality as w (item_id, window_no, at)
  cross join lateral (
    select c.id from aquifer.chunks c where c.tenant_id = $1 and c.id = w.item_id for key share
  ) c
  on conflict do nothing`;

/** Whether a document d has every vector of the spaces of its collection. $3 spaces, $4 their collections */
const IS_COMPLETE = `
  (select 1 from aquifer.chunks c cross join unnest($3::integer[], $4::integer[]) as s (id, collection_id)
   where c.tenant_id = $1 and c.document_id = d.id and s.collection_id = d.collection_id
     and ${lacksVector('s.id')} limit 1) is null`;

/**
 * Takes the flag from documents that have every vector, unless it is another flag by now.
 * $2 [{ id, flag }] as they were seen, $3 the spaces that are served, $4 their collections
 */
export const CLEAR_FLAGS = `
  with complete as materialized (
    select d.id, d.embedding_expired_at as flag
    from jsonb_to_recordset($2::jsonb) as seen (id uuid, flag timestamptz)
    cross join lateral (
      select * from aquifer.documents d
      where d.tenant_id = $1 and d.id = seen.id and d.embedding_expired_at = seen.flag and d.recipe_hash <> '' offset 0
    ) d
    where ${IS_COMPLETE}
  ),
  cleared as (
    update aquifer.documents d set embedding_expired_at = null from complete
    where d.tenant_id = $1 and d.id = complete.id and d.embedding_expired_at = complete.flag
    returning d.id
  ),
  forgotten as (
    delete from aquifer.embedding_failures f using cleared
    where f.tenant_id = $1 and f.document_id = cleared.id
  )
  select count(*)::integer as cleared from cleared`;

/** Flagged documents that lack nothing in any space that is served. $2 collections, $3 and $4 as in CLEAR_FLAGS */
export const COMPLETE_DOCUMENTS = `
  select d.id, d.embedding_expired_at::text as flag
  from (
    select id, collection_id, embedding_expired_at from aquifer.documents
    where tenant_id = $1 and collection_id = any ($2::integer[]) and embedding_expired_at is not null
      and recipe_hash <> '' offset 0
  ) d
  where ${IS_COMPLETE}
  limit 256`;

/** Documents whose text was changed without their chunks. */
export const UNCUT_DOCUMENTS = `
  select id from aquifer.documents
  where tenant_id = $1 and embedding_expired_at is not null and recipe_hash = '' order by embedding_expired_at limit 16`;

/** $2 document ids, $3 flags, $4 attempts, $5 codes, $6 reasons, $7 seconds to wait, $8 whether dead */
export const RECORD_FAILURES = `
  insert into aquifer.embedding_failures
    (tenant_id, document_id, expired_at, attempts, code, reason, failed_at, retry_at, dead)
  select $1, d.id, d.embedding_expired_at, x.attempts, x.code, x.reason, clock_timestamp(),
         clock_timestamp() + make_interval(secs => x.wait), x.dead
  from unnest($2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::float8[], $8::boolean[])
    as x (id, flag, attempts, code, reason, wait, dead)
  join aquifer.documents d on d.tenant_id = $1 and d.id = x.id and d.embedding_expired_at = x.flag::timestamptz
  on conflict (tenant_id, document_id) do update
    set expired_at = excluded.expired_at, attempts = excluded.attempts, code = excluded.code, reason = excluded.reason,
        failed_at = excluded.failed_at, retry_at = excluded.retry_at, dead = excluded.dead`;

/** $2 document ids */
export const FLAG_DOCUMENTS = `
  update aquifer.documents set embedding_expired_at = clock_timestamp()
  where tenant_id = $1 and id = any ($2::uuid[]) and embedding_expired_at is null
  returning id, embedding_expired_at::text as flag`;

/** Milliseconds until the first document that failed is due again; null when none is to be tried. */
export const NEXT_RETRY = `
  select (extract(epoch from min(f.retry_at) - clock_timestamp()) * 1000)::float8 as "waitMs"
  from aquifer.embedding_failures f
  join aquifer.documents d
    on d.tenant_id = f.tenant_id and d.id = f.document_id and d.embedding_expired_at = f.expired_at
  where f.tenant_id = $1 and not f.dead`;

/** The spaces of documents, and how far those that follow have come. */
export const SPACES = `
  select s.id, s.collection_id as "collectionId", s.model, s.dimensions, s.state, b.done_to as "doneTo"
  from aquifer.vector_spaces s
  left join aquifer.space_backfills b on b.tenant_id = s.tenant_id and b.space_id = s.id
  where s.tenant_id = $1 and s.collection_id is not null and s.name = 'documents' order by s.id`;

/** Collections with documents that are to be embedded. */
export const EXPIRED_COLLECTIONS = `
  select c.id, c.model from aquifer.collections c
  where c.tenant_id = $1 and exists (
    select from aquifer.documents d
    where d.tenant_id = c.tenant_id and d.collection_id = c.id and d.embedding_expired_at is not null)`;

/** In the tenant's own context. $1 model, $2 dimensions, $3 collection, $4 whether signs are kept, $5 state */
export const OPEN_SPACE = `select aquifer.open_space('documents', $1, $2, 'inner', $3, $4, $5) as id`;

/** The next chunks of a tenant after a number, and which of the collection lack a vector. $2 collection, $3 space, $4 after, $5 how many */
export const FOLLOWING_CHUNKS = `
  select c.id, c.document_id as "documentId", c.ordinal, c.context, c.content as text, c.hash,
         d.embedding_expired_at::text as flag, 0 as attempts,
         d.collection_id = $2 and ${lacksVector('$3')} as "isMissing"
  from (select * from aquifer.chunks where tenant_id = $1 and id > $4 order by id limit $5) c
  cross join lateral (
    select d.collection_id, d.embedding_expired_at from aquifer.documents d
    where d.tenant_id = $1 and d.id = c.document_id offset 0
  ) d
  order by c.id`;

/** $2 space, $3 the number of the last chunk that was looked at */
export const ADVANCE_BACKFILL = `
  update aquifer.space_backfills set done_to = greatest(done_to, $3), updated_at = clock_timestamp()
  where tenant_id = $1 and space_id = $2`;

/** Tenants with something to do now: documents that are flagged and not dead, or a space that follows. No parameters. */
export const TENANTS_WITH_WORK = `
  select distinct d.tenant_id as "tenantId" from aquifer.documents d
  where d.embedding_expired_at is not null
    and not exists (select from aquifer.embedding_failures f
                    where f.tenant_id = d.tenant_id and f.document_id = d.id and f.expired_at = d.embedding_expired_at
                      and (f.dead or f.retry_at > clock_timestamp()))
  union
  select b.tenant_id from aquifer.space_backfills b
  join aquifer.vector_spaces s on s.tenant_id = b.tenant_id and s.id = b.space_id
  where exists (select from aquifer.chunks c join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
                where c.tenant_id = b.tenant_id and d.collection_id = s.collection_id and c.id > b.done_to)`;

/** Of some tenants those with work. $1 tenants */
export const WHICH_HAVE_WORK = `
  select t as "tenantId" from unnest($1::text[]) as t
  where exists (select from aquifer.documents d where d.tenant_id = t and d.embedding_expired_at is not null)
     or exists (select from aquifer.space_backfills b where b.tenant_id = t)`;

/** No parameters. */
export const BACKLOG = `
  select count(*) filter (where f.dead is not true)::integer as documents,
         count(distinct d.tenant_id) filter (where f.dead is not true)::integer as tenants,
         count(*) filter (where f.dead)::integer as dead,
         coalesce(extract(epoch from clock_timestamp() - min(d.embedding_expired_at) filter (where f.dead is not true)) * 1000,
                  0)::float8 as "oldestMs"
  from aquifer.documents d
  left join aquifer.embedding_failures f
    on f.tenant_id = d.tenant_id and f.document_id = d.id and f.expired_at = d.embedding_expired_at
  where d.embedding_expired_at is not null`;

/** $1 tenant or null for all, $2 'dead' or 'all', $3 how many */
export const FAILURES = `
  select f.tenant_id as "tenantId", f.document_id as "documentId", d.source, f.attempts, f.code, f.reason,
         f.failed_at as "failedAt", f.retry_at as "retryAt", f.dead
  from aquifer.embedding_failures f
  join aquifer.documents d
    on d.tenant_id = f.tenant_id and d.id = f.document_id and d.embedding_expired_at = f.expired_at
  where ($1::text is null or f.tenant_id = $1) and ($2 = 'all' or f.dead)
  order by f.failed_at desc limit $3`;

/** $1 tenant or null for all, $2 document or null for all */
export const FORGET_FAILURES = `
  delete from aquifer.embedding_failures
  where ($1::text is null or tenant_id = $1) and ($2::uuid is null or document_id = $2)
  returning tenant_id as "tenantId"`;

/** No parameters. */
export const TENANTS_WITH_SPACES = `
  select distinct tenant_id as "tenantId" from aquifer.vector_spaces where collection_id is not null`;

export const EXPIRE_UNEMBEDDED = 'select aquifer.expire_unembedded($1) as flagged';

/** $2 the collection's name */
export const FIND_COLLECTION = `
  select id, model from aquifer.collections where tenant_id = $1 and kind = 'documents' and name = $2`;

/** No chunk gets a number until the transaction ends, and those that have one are committed. */
export const LOCK_NUMBERS = `
  select last_id as "lastId" from aquifer.item_counters where tenant_id = $1 for update`;

/** Chunks of a collection, those with a vector in a space, and those without one that nobody tries any more. $2 collection, $3 space */
export const SPACE_PROGRESS = `
  select count(*)::integer as chunks,
         count(*) filter (where has)::integer as done,
         count(*) filter (where not has and dead)::integer as dead
  from (
    select exists (select from aquifer.vectors v
                   where v.tenant_id = c.tenant_id and v.space_id = $3 and v.item_id = c.id) as has,
           f.dead is true as dead
    from aquifer.documents d
    join aquifer.chunks c on c.tenant_id = d.tenant_id and c.document_id = d.id
    left join aquifer.embedding_failures f
      on f.tenant_id = d.tenant_id and f.document_id = d.id and f.expired_at = d.embedding_expired_at
    where d.tenant_id = $1 and d.collection_id = $2 offset 0
  ) counted`;

/** $2 space, $3 state */
export const SET_SPACE_STATE = 'update aquifer.vector_spaces set state = $3 where tenant_id = $1 and id = $2';

/** $2 collection, $3 model */
export const SET_COLLECTION_MODEL = `
  update aquifer.collections set model = $3, updated_at = now() where tenant_id = $1 and id = $2`;

/** $2 space, $3 up to which chunk it has its vectors */
export const FOLLOW = `
  insert into aquifer.space_backfills (tenant_id, space_id, done_to) values ($1, $2, $3) on conflict do nothing`;

/** $2 spaces */
export const STOP_FOLLOWING = `
  delete from aquifer.space_backfills where tenant_id = $1 and space_id = any ($2::integer[])`;

/** Its vectors and its backfill go with it. $2 space */
export const DROP_SPACE = 'delete from aquifer.vector_spaces where tenant_id = $1 and id = $2';

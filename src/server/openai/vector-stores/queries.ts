import type { ListQuery } from '../pages.js';

/** The statements of vector stores. The tenant is never a parameter: it comes from the scope. */

const MINE = `c.tenant_id = (select aquifer.current_tenant()) and c.kind = 'documents'`;
const MY = 'tenant_id = (select aquifer.current_tenant())';

/** How far a file is; null when its document is gone. An upload that is over may have been forgotten. */
const STATUS = `
  case when v.cancelled then 'cancelled'
       when u.status in ('queued', 'processing') then 'in_progress'
       when d.id is not null then 'completed'
       when u.status = 'failed' then 'failed' end`;

/**
 * The files of collections: those that were added here, and documents that came another way, under the id of their
 * original or, without one, their own.
 */
const ENTRIES = `
  select v.collection_id, v.file_id as id, d.id as document_id, f.name, v.attributes, v.batch_id,
         coalesce(d.source_bytes, 0) as bytes, v.created_at, ${STATUS} as status, u.error_code, u.error_message
  from aquifer.vector_store_files v
  join aquifer.files f on f.tenant_id = v.tenant_id and f.id = v.file_id
  left join aquifer.uploads u on u.tenant_id = v.tenant_id and u.id = v.upload_id
  left join aquifer.documents d
    on d.tenant_id = v.tenant_id and d.collection_id = v.collection_id and d.source = 'file-' || v.file_id::text
  where v.tenant_id = (select aquifer.current_tenant())
  union all
  select d.collection_id, coalesce(d.file_id, d.id), d.id, coalesce(f.name, d.title), d.metadata, null, d.source_bytes,
         d.created_at, 'completed', null, null
  from aquifer.documents d left join aquifer.files f on f.tenant_id = d.tenant_id and f.id = d.file_id
  where d.tenant_id = (select aquifer.current_tenant()) and not exists (
    select from aquifer.vector_store_files v
    where v.tenant_id = d.tenant_id and v.collection_id = d.collection_id and 'file-' || v.file_id::text = d.source)`;

const COUNTS = `
  jsonb_build_object(
    'in_progress', count(*) filter (where e.status = 'in_progress'),
    'completed', count(*) filter (where e.status = 'completed'),
    'failed', count(*) filter (where e.status = 'failed'),
    'cancelled', count(*) filter (where e.status = 'cancelled'),
    'total', count(*))`;

const STORE = `
  c.vector_store_id as id, c.id as collection, c.name as "collectionName", coalesce(c.title, c.name) as name, c.labels,
  c.expires_after_days as "expiresAfterDays", c.last_active_at as "lastActiveAt", c.created_at as "createdAt", s.counts,
  s.bytes, c.last_active_at + make_interval(days => c.expires_after_days) as "expiresAt"`;

const STORES = `
  from aquifer.collections c cross join lateral (
    select ${COUNTS} as counts, coalesce(sum(e.bytes), 0)::float8 as bytes
    from (${ENTRIES}) e where e.collection_id = c.id and e.status is not null) s
  where ${MINE}`;

/** $1 id */
export const GET_STORE = `select ${STORE} ${STORES} and c.vector_store_id = $1`;

/** $1 after, $2 before, $3 limit */
export function listStores(query: ListQuery): string {
  const other = (id: string) =>
    `(select b.created_at, b.id from aquifer.collections b where b.${MY} and b.vector_store_id = ${id})`;
  return `select ${STORE} ${STORES} ${window('(c.created_at, c.id)', other, query)} ${ordered('c.created_at', 'c.id', query)} limit $3`;
}

/** $1 name, $2 title, $3 labels, $4 days, $5 chunking */
export const CREATE_STORE = `
  insert into aquifer.collections (vector_store_id, name, title, labels, expires_after_days, chunking)
  values ($1, $1, $2, $3::jsonb, $4, $5::jsonb) returning vector_store_id`;

/** $1 id, $2 what changes */
export const UPDATE_STORE = `
  update aquifer.collections c
  set title = case when $2::jsonb ? 'title' then $2::jsonb ->> 'title' else c.title end,
      labels = case when $2::jsonb ? 'labels' then $2::jsonb -> 'labels' else c.labels end,
      expires_after_days = case when $2::jsonb ? 'days' then ($2::jsonb ->> 'days')::integer else c.expires_after_days end,
      last_active_at = now(), updated_at = now()
  where ${MINE} and c.vector_store_id = $1 returning c.id`;

/** $1 collection. A search must not cost a write each time. */
export const TOUCH = `
  update aquifer.collections c set last_active_at = now()
  where ${MINE} and c.id = $1 and c.last_active_at < now() - interval '1 minute'`;

const FILE = `
  e.id, e.document_id as "documentId", e.name, e.attributes, e.bytes::float8 as bytes, e.created_at as "createdAt", e.status,
  e.error_code as "errorCode", e.error_message as "errorMessage"`;
const FILES = `from (${ENTRIES}) e where e.status is not null`;

/** $1 collection, $2 file */
export const GET_FILE = `select ${FILE} ${FILES} and e.collection_id = $1 and e.id = $2::uuid`;

/** $1 after, $2 before, $3 limit, $4 collection, $5 status, $6 batch */
export function listFiles(query: ListQuery): string {
  const other = (id: string) =>
    `(select b.created_at, b.id from (${ENTRIES}) b where b.collection_id = $4 and b.id = ${id}::uuid)`;
  return `
    select ${FILE} ${FILES} and e.collection_id = $4 and ($5::text is null or e.status = $5)
      and ($6::text is null or e.batch_id = $6)
      ${window('(e.created_at, e.id)', other, query)} ${ordered('e.created_at', 'e.id', query)} limit $3`;
}

/** $1 collection, $2 documents: what they are called as files. */
export const FILES_OF_DOCUMENTS = `select ${FILE} ${FILES} and e.collection_id = $1 and e.document_id = any ($2::uuid[])`;

/**
 * Queues files to be made documents of a collection.
 * $1 collection, $2 its name, $3 batch, $4 files: id, name, bytes, attributes
 */
export const ADD_FILES = `
  with given as (
    select g.id, g.name, g.bytes, g.attributes, gen_random_uuid() as upload_id
    from jsonb_to_recordset($4::jsonb) as g (id uuid, name text, bytes bigint, attributes jsonb)
  ),
  queued as (
    insert into aquifer.uploads (id, file_id, file_name, bytes, collection, source, title, metadata)
    select upload_id, id, name, bytes, $2, 'file-' || id::text, left(name, 1000), attributes from given
  )
  insert into aquifer.vector_store_files as v (collection_id, file_id, upload_id, batch_id, attributes)
  select $1, id, upload_id, $3, attributes from given
  on conflict (tenant_id, collection_id, file_id) do update
    set upload_id = excluded.upload_id, batch_id = excluded.batch_id, attributes = excluded.attributes, cancelled = false
  returning v.file_id as id`;

/** $1 collection, $2 file, $3 attributes. What the document states of itself stays. */
export const SET_ATTRIBUTES = `
  with before as (
    select v.attributes from aquifer.vector_store_files v where v.${MY} and v.collection_id = $1 and v.file_id = $2::uuid
  ),
  changed as (
    update aquifer.vector_store_files v set attributes = $3::jsonb
    where v.${MY} and v.collection_id = $1 and v.file_id = $2::uuid returning v.file_id
  ),
  waiting as (
    update aquifer.uploads u set metadata = $3::jsonb from aquifer.vector_store_files v
    where u.${MY} and u.status = 'queued' and v.tenant_id = u.tenant_id and v.upload_id = u.id
      and v.collection_id = $1 and v.file_id = $2::uuid
  )
  update aquifer.documents d
  set metadata = (d.metadata - array(select jsonb_object_keys(b.attributes) from before b)) || $3::jsonb
  from changed where d.${MY} and d.collection_id = $1 and d.source = 'file-' || changed.file_id::text
  returning d.id`;

/** $1 collection, $2 file: it is no file of the collection any more, and is not made a document if that has not begun. */
export const REMOVE_FILE = `
  with removed as (
    delete from aquifer.vector_store_files v
    where v.${MY} and v.collection_id = $1 and v.file_id = $2::uuid returning v.upload_id
  )
  delete from aquifer.uploads u using removed r where u.${MY} and u.id = r.upload_id and u.status = 'queued'`;

/** $1 file: the documents that were made of it for vector stores. */
export const DOCUMENTS_OF_FILE = `
  select d.id from aquifer.vector_store_files v
  join aquifer.documents d
    on d.tenant_id = v.tenant_id and d.collection_id = v.collection_id and d.source = 'file-' || v.file_id::text
  where v.${MY} and v.file_id = $1::uuid`;

const BATCH = `
  b.id, b.created_at as "createdAt", b.cancelled,
  (select ${COUNTS} from (${ENTRIES}) e where e.batch_id = b.id and e.status is not null) as counts`;

/** $1 collection, $2 batch */
export const GET_BATCH = `
  select ${BATCH} from aquifer.vector_store_batches b where b.${MY} and b.collection_id = $1 and b.id = $2`;

/** $1 collection */
export const CREATE_BATCH =
  'insert into aquifer.vector_store_batches (collection_id) values ($1) returning id';

/** $1 collection, $2 batch: what is not begun is not begun any more. */
export const CANCEL_BATCH = `
  with batch as (
    update aquifer.vector_store_batches b set cancelled = true
    where b.${MY} and b.collection_id = $1 and b.id = $2 returning b.id
  ),
  withdrawn as (
    delete from aquifer.uploads u using aquifer.vector_store_files v, batch
    where u.${MY} and u.status = 'queued' and v.tenant_id = u.tenant_id and v.upload_id = u.id and v.batch_id = batch.id
    returning u.id
  )
  update aquifer.vector_store_files v set cancelled = true
  from withdrawn w where v.${MY} and v.upload_id = w.id`;

type Other = (id: string) => string;

/** Rows after $1 and before $2 in the order that is asked for. */
function window(columns: string, other: Other, { order }: ListQuery): string {
  const [later, sooner] = order === 'asc' ? ['>', '<'] : ['<', '>'];
  return `and ($1::text is null or ${columns} ${later} ${other('$1')}) and ($2::text is null or ${columns} ${sooner} ${other('$2')})`;
}

/** Before something are the nearest to it: they are read backwards. */
function ordered(at: string, id: string, { order, before, after }: ListQuery): string {
  const isBackwards = before !== undefined && after === undefined;
  const direction = (order === 'asc') === isBackwards ? 'desc' : 'asc';
  return `order by ${at} ${direction}, ${id} ${direction}`;
}

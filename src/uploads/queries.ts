/** The statements of the uploads room. */

const MINE = 'u.tenant_id = (select aquifer.current_tenant())';

const UPLOAD = `
  u.id, u.file_name as "fileName", u.source, u.collection, u.bytes::float8 as bytes, u.status,
  u.document_id as "documentId", u.created_at as "createdAt", u.finished_at as "finishedAt",
  case when u.error_code is not null
    then jsonb_build_object('code', u.error_code, 'message', u.error_message, 'hint', u.error_hint) end as error`;

/** $1 uploads as JSON, $2 their metadata */
export const INSERT = `
  insert into aquifer.uploads as u (file_id, file_name, bytes, collection, source, title, metadata, language)
  select g."fileId", g.name, g.bytes, g.collection, g.source, g.title, $2::jsonb, g.language
  from jsonb_to_recordset($1::jsonb) as g ("fileId" uuid, name text, bytes bigint, collection text, source text, title text,
                                           language text)
  returning ${UPLOAD}`;

/** $1 status, $2 the upload before, $3 limit */
export const LIST = `
  select ${UPLOAD} from aquifer.uploads u
  where ${MINE} and ($1::text is null or u.status = $1)
    and ($2::uuid is null or (u.created_at, u.id) < (
      select b.created_at, b.id from aquifer.uploads b
      where b.tenant_id = (select aquifer.current_tenant()) and b.id = $2::uuid))
  order by u.created_at desc, u.id desc limit $3`;

export const GET = `select ${UPLOAD} from aquifer.uploads u where ${MINE} and u.id = $1::uuid`;

/** Not while someone works on it. */
export const FORGET = `
  delete from aquifer.uploads u where ${MINE} and u.id = $1::uuid and u.status <> 'processing'
  returning u.file_id as "fileId", u.status`;

// What follows is asked as the system: the worker serves all tenants.

/** $1 stores, $2 seconds */
export const CLAIM = `
  select u.tenant_id as "tenantId", u.id, u.file_id as "fileId", u.file_name as "fileName", u.collection, u.source, u.title,
         u.metadata, u.language, u.roles, u.request, u.created_by as "createdBy", u.attempts, u.claim
  from aquifer.claim_upload($1::text[], make_interval(secs => $2::float8)) u`;

const CLAIMED = 'u.tenant_id = $1 and u.id = $2::uuid and u.claim = $3::uuid';

/** $4 seconds */
export const HOLD = `
  update aquifer.uploads u set held_until = clock_timestamp() + make_interval(secs => $4::float8) where ${CLAIMED}`;

/** $4 document */
export const STORED = `
  update aquifer.uploads u set status = 'stored', document_id = $4::uuid, finished_at = clock_timestamp(), claim = null,
         held_until = null, error_code = null, error_message = null, error_hint = null where ${CLAIMED}`;

/** $4 code, $5 message, $6 hint */
export const FAILED = `
  update aquifer.uploads u set status = 'failed', error_code = $4, error_message = $5, error_hint = $6,
         finished_at = clock_timestamp(), claim = null, held_until = null where ${CLAIMED}`;

/** $4 seconds until it is tried again, $5 how many attempts this was */
export const PUT_BACK = `
  update aquifer.uploads u set status = 'queued', claim = null, attempts = u.attempts - 1 + $5::integer,
         held_until = clock_timestamp() + make_interval(secs => $4::float8) where ${CLAIMED}`;

/** For a database that one process has alone: what is in work there is nobody's after a crash. */
export const TAKE_UP = `update aquifer.uploads set held_until = clock_timestamp() where status = 'processing'`;

export const REMOVE_UNUSED = 'select aquifer.remove_unused_originals()';

/** $1 days that uploads which are over are kept */
export const DELETE_OLD = `
  delete from aquifer.uploads
  where status in ('stored', 'failed') and finished_at < clock_timestamp() - make_interval(days => $1::integer)`;

const EXPIRED = `
  expired as (
    select c.tenant_id, c.id from aquifer.collections c
    where c.kind = 'documents'
      and c.last_active_at + make_interval(days => c.expires_after_days + $1::integer) < clock_timestamp()
  )`;

/** $1 days since vector stores expired: they have no files any more, and those that wait do not become documents of them. */
export const FORGET_EXPIRED_FILES = `
  with ${EXPIRED},
  forgotten as (
    delete from aquifer.vector_store_files v using expired e
    where v.tenant_id = e.tenant_id and v.collection_id = e.id returning v.tenant_id, v.upload_id
  )
  delete from aquifer.uploads u using forgotten f
  where u.tenant_id = f.tenant_id and u.id = f.upload_id and u.status = 'queued'`;

/** $1 days since vector stores expired, $2 most: what is in them, and in the trash of them. */
export const REMOVE_EXPIRED_DOCUMENTS = `
  with ${EXPIRED},
  trashed as (
    delete from aquifer.document_trash t using expired e where t.tenant_id = e.tenant_id and t.collection_id = e.id
  ),
  chosen as (
    select d.tenant_id, d.id from aquifer.documents d
    join expired e on e.tenant_id = d.tenant_id and e.id = d.collection_id limit $2::integer
  )
  delete from aquifer.documents d using chosen c where d.tenant_id = c.tenant_id and d.id = c.id returning d.id`;

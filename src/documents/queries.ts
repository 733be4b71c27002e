/** The statements of the documents room. The tenant is never a parameter: it comes from the scope. */

/** Holds for documents of the collection that a parameter names. */
const inCollection = (name: string) => `d.collection_id = (
  select k.id from aquifer.collections k
  where k.tenant_id = (select aquifer.current_tenant()) and k.kind = 'documents' and k.name = ${name})`;

/** Rows of entities are kept as documents too, which are nobody's but the search's. */
const OF_DOCUMENTS = `exists (
  select from aquifer.collections k
  where k.tenant_id = d.tenant_id and k.id = d.collection_id and k.kind = 'documents')`;

const CHUNK_COUNT = `
  (select count(*)::integer from aquifer.chunks c where c.tenant_id = d.tenant_id and c.document_id = d.id)`;

const SUMMARY = `
  d.id, d.source, d.title, d.format, d.language, d.metadata, d.source_bytes::float8 as bytes,
  d.created_at as "createdAt", d.updated_at as "updatedAt",
  d.created_by as "createdBy", d.updated_by as "updatedBy", d.file_id is not null as "hasOriginal",
  case when d.embedding_expired_at is null then 'current'
       when exists (select from aquifer.embedding_failures f
                    where f.tenant_id = d.tenant_id and f.document_id = d.id and f.dead) then 'failed'
       else 'waiting' end as embedding,
  null::timestamptz as "deletedAt",
  ${CHUNK_COUNT} as chunks`;

/** The collection, and the stored version of a source in it. $1 collection, $2 source */
export const FIND_TARGET = `
  select c.id as "collectionId", c.language, c.chunking, c.model, d.id as "documentId", d.title,
         d.source_hash as "sourceHash", d.recipe_hash as "recipeHash", ${CHUNK_COUNT} as chunks
  from aquifer.collections c
  left join aquifer.documents d on d.tenant_id = c.tenant_id and d.collection_id = c.id and d.source = $2
  where c.tenant_id = (select aquifer.current_tenant()) and c.kind = 'documents' and c.name = $1`;

export const DEFAULT_COLLECTION = 'select aquifer.default_collection() as id';

export const LOCK_DOCUMENT = `
  select id from aquifer.documents
  where tenant_id = (select aquifer.current_tenant()) and collection_id = $1 and source = $2 for update`;

/**
 * A chunk without a vector of the model in use, or of another language, matches no text, so that it is written anew.
 * $2 space of the model, $3 language, $4 'later' where vectors are not asked for
 */
export const LIST_CHUNK_HASHES = `
  select c.id, case when ($4 = 'later' or exists (
      select from aquifer.vectors v
      where v.tenant_id = c.tenant_id and v.space_id = $2 and v.item_id = c.id
    )) and d.language = $3 then c.hash else '' end as hash
  from aquifer.chunks c join aquifer.documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
  where c.tenant_id = (select aquifer.current_tenant()) and c.document_id = $1 order by c.ordinal`;

/** $11 'later' where vectors do not come with it: the flag tells the pipeline. $12 its original; that of other bytes is none. */
export const UPSERT_DOCUMENT = `
  insert into aquifer.documents as d
    (collection_id, source, title, format, language, metadata, content, source_hash, recipe_hash, source_bytes,
     embedding_expired_at, file_id)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, case when $11 = 'later' then clock_timestamp() end, $12::uuid)
  on conflict (tenant_id, collection_id, source) do update
    set title = excluded.title, format = excluded.format, language = excluded.language,
        metadata = excluded.metadata, content = excluded.content, source_hash = excluded.source_hash,
        recipe_hash = excluded.recipe_hash, source_bytes = excluded.source_bytes,
        embedding_expired_at = excluded.embedding_expired_at,
        file_id = coalesce(excluded.file_id, case when d.source_hash = excluded.source_hash then d.file_id end),
        updated_at = now(), updated_by = excluded.updated_by
  returning id, (xmax = 0) as inserted`;

/** $1 document, $2 file */
export const LINK_FILE = `
  update aquifer.documents set file_id = $2::uuid
  where tenant_id = (select aquifer.current_tenant()) and id = $1::uuid and file_id is distinct from $2::uuid`;

export const DELETE_CHUNKS = `
  delete from aquifer.chunks where tenant_id = (select aquifer.current_tenant()) and id = any ($1::integer[])`;

/** Chunks that stayed the same text may have moved. Only rows that differ are written. */
export const MOVE_CHUNKS = `
  update aquifer.chunks c
  set ordinal = m.ordinal, start_offset = m.start, end_offset = m."end", page = m.page, last_page = m."lastPage",
      sections = m.sections
  from jsonb_to_recordset($1::jsonb)
    as m (id integer, ordinal integer, start integer, "end" integer, page integer, "lastPage" integer,
          sections jsonb)
  where c.tenant_id = (select aquifer.current_tenant()) and c.id = m.id
    and (c.ordinal, c.start_offset, c.end_offset, c.page, c.last_page, c.sections)
        is distinct from (m.ordinal, m.start, m."end", m.page, m."lastPage", m.sections)`;

export const ALLOCATE_CHUNK_IDS = 'select aquifer.allocate_item_ids($1::integer) as first';

export const INSERT_CHUNKS = `
  insert into aquifer.chunks
    (id, document_id, ordinal, context, content, hash, start_offset, end_offset, tokens, page, last_page, heading_path,
     sections)
  select id, $1::uuid, ordinal, context, text, hash, start, "end", tokens, page, "lastPage", "headingPath", sections
  from jsonb_to_recordset($2::jsonb)
    as c (id integer, ordinal integer, context text, text text, hash text, start integer, "end" integer,
          tokens integer, page integer, "lastPage" integer, "headingPath" text[], sections jsonb)`;

/** $1 space, $2 chunk ids, $3 window numbers, $4 all vectors end to end as real[], $5 dimensions */
export const INSERT_VECTORS = `
  insert into aquifer.vectors (space_id, item_id, window_no, embedding)
  select $1, chunk_id, window_no, ($4::real[])[(at - 1) * $5::integer + 1 : at * $5::integer]::halfvec
  from unnest($2::integer[], $3::integer[]) with ordinality as w (chunk_id, window_no, at)`;

/** $1 model, $2 dimensions, $3 collection, $4 whether signs of the vectors are kept */
export const OPEN_SPACE = `select aquifer.open_space('documents', $1, $2, 'inner', $3, $4) as id`;

export const LIST_DOCUMENTS = `
  select ${SUMMARY} from aquifer.documents d
  where d.tenant_id = (select aquifer.current_tenant()) and ${inCollection('$3')} and ($1::text is null or d.source > $1)
  order by d.source limit $2`;

export const GET_DOCUMENT = `
  select ${SUMMARY}, d.content from aquifer.documents d
  where d.tenant_id = (select aquifer.current_tenant()) and d.id = $1::uuid and ${OF_DOCUMENTS}`;

const TRASHED = `
  d.id, d.source, d.title, d.format, d.language, d.metadata, d.source_bytes::float8 as bytes,
  d.created_at as "createdAt", d.updated_at as "updatedAt",
  d.created_by as "createdBy", d.updated_by as "updatedBy", t.file_id is not null as "hasOriginal",
  case when d.embedding_expired_at is null then 'current' else 'waiting' end as embedding,
  t.deleted_at as "deletedAt",
  (select count(*)::integer from aquifer.trashed_chunks c where c.tenant_id = t.tenant_id and c.document_id = t.id) as chunks`;

const IN_TRASH = `
  from aquifer.document_trash t cross join lateral jsonb_populate_record(null::aquifer.documents, t.document) d
  where t.tenant_id = (select aquifer.current_tenant())`;

/** The last deleted first. $1 the document before, $2 limit, $3 collection */
export const LIST_TRASH = `
  select ${TRASHED} ${IN_TRASH}
    and t.collection_id = (
      select k.id from aquifer.collections k
      where k.tenant_id = (select aquifer.current_tenant()) and k.kind = 'documents' and k.name = $3)
    and ($1::uuid is null or (t.deleted_at, t.id) < (
      select b.deleted_at, b.id from aquifer.document_trash b
      where b.tenant_id = (select aquifer.current_tenant()) and b.id = $1::uuid))
  order by t.deleted_at desc, t.id desc limit $2`;

export const GET_TRASHED = `select ${TRASHED}, d.content ${IN_TRASH} and t.id = $1::uuid`;

export const TRASH = 'select aquifer.trash_document($1::uuid) as done';

export const RESTORE = 'select aquifer.restore_document($1::uuid) as embedding';

/** Returns the original where it is that of nothing else. */
export const PURGE = `
  delete from aquifer.document_trash t where t.tenant_id = (select aquifer.current_tenant()) and t.id = $1::uuid
  returning t.file_id as "fileId"`;

export const IS_UNUSED = `
  select 1 from aquifer.files f where f.tenant_id = (select aquifer.current_tenant()) and f.id = $1::uuid
    and f.purpose = 'document' and aquifer.is_unused_original(f.tenant_id, f.id)`;

/** $1 document */
export const ORIGINAL = `
  select coalesce(d.file_id, t.file_id) as "fileId"
  from (select $1::uuid as id) asked
  left join aquifer.documents d on d.tenant_id = (select aquifer.current_tenant()) and d.id = asked.id and ${OF_DOCUMENTS}
  left join aquifer.document_trash t on t.tenant_id = (select aquifer.current_tenant()) and t.id = asked.id
  where d.id is not null or t.id is not null`;

/** Of the document's chunks in the spaces that are searched. */
export const FORGET_VECTORS = `
  delete from aquifer.vectors v using aquifer.chunks c, aquifer.vector_spaces s, aquifer.documents d
  where d.tenant_id = (select aquifer.current_tenant()) and d.id = $1::uuid
    and c.tenant_id = d.tenant_id and c.document_id = d.id
    and s.tenant_id = d.tenant_id and s.collection_id = d.collection_id and s.state = 'active'
    and v.tenant_id = d.tenant_id and v.space_id = s.id and v.item_id = c.id`;

export const FORGET_FAILURE = `
  delete from aquifer.embedding_failures f where f.tenant_id = (select aquifer.current_tenant()) and f.document_id = $1::uuid`;

export const EXPIRE = `
  update aquifer.documents d set embedding_expired_at = clock_timestamp()
  where d.tenant_id = (select aquifer.current_tenant()) and d.id = $1::uuid and ${OF_DOCUMENTS} returning d.id`;

/** $1 document, $2 the ordinal before, $3 limit; null for none */
export const LIST_CHUNKS = `
  select ordinal, content, start_offset as start, end_offset as "end", tokens, page,
         last_page as "lastPage", heading_path as "headingPath"
  from aquifer.chunks where tenant_id = (select aquifer.current_tenant()) and document_id = $1::uuid
    and ($2::integer is null or ordinal > $2) order by ordinal limit $3`;

/** A document whose text was changed without its chunks, held until the transaction ends. */
export const LOCK_UNCUT = `
  select d.source, d.title, d.format, d.language, d.metadata, d.content, d.source_hash as "sourceHash",
         d.source_bytes::float8 as "sourceBytes", d.collection_id as "collectionId",
         k.language as "collectionLanguage", k.chunking
  from aquifer.documents d join aquifer.collections k on k.tenant_id = d.tenant_id and k.id = d.collection_id
  where d.tenant_id = (select aquifer.current_tenant()) and d.id = $1::uuid and d.recipe_hash = ''
  for update of d`;

export const COUNT_DOCUMENTS = `
  select count(*)::integer as documents,
         (select coalesce(sum(s.entries), 0)::integer from aquifer.lexical_statistics s
          join aquifer.collections k on k.tenant_id = s.tenant_id and k.id = s.collection_id
          where s.tenant_id = (select aquifer.current_tenant()) and k.kind = 'documents' and k.name = $1) as chunks
  from aquifer.documents d where d.tenant_id = (select aquifer.current_tenant()) and ${inCollection('$1')}`;

/** Sources below any of the given folders, or equal to one of the given files. */
export const LIST_SOURCES_BELOW = `
  select d.id, d.source from aquifer.documents d
  where d.tenant_id = (select aquifer.current_tenant()) and ${inCollection('$2')}
    and exists (select from unnest($1::text[]) as root
                where d.source = root or starts_with(d.source, rtrim(root, '/') || '/'))
  order by d.source`;

const TENANT = '(select aquifer.current_tenant())';

/** $1 name */
export const FIND_COLLECTION = `
  select id, language from aquifer.collections
  where tenant_id = ${TENANT} and kind = 'documents' and name = $1`;

/** $1 collection, $2 sources */
export const LIST_STORED = `
  select source, source_hash as "sourceHash", recipe_hash as "recipeHash" from aquifer.documents
  where tenant_id = ${TENANT} and collection_id = $1 and source = any ($2::text[])`;

/** $1 collection, $2 sources */
export const DELETE_REPLACED = `
  delete from aquifer.documents where tenant_id = ${TENANT} and collection_id = $1 and source = any ($2::text[])`;

/** $1 collection; then what the rows need */
export const insertDocuments = (rows: string) => `
  insert into aquifer.documents
    (tenant_id, id, collection_id, source, title, format, language, metadata, content, source_hash, recipe_hash,
     source_bytes, embedding_expired_at)
  select ${TENANT}, id::uuid, $1::integer, source, title, 'text', language, metadata, content, source_hash, recipe_hash,
         octet_length(content), null
  from ${rows}`;

/** $1 the first item */
export const insertChunks = (rows: string) => `
  insert into aquifer.chunks
    (tenant_id, id, document_id, ordinal, context, content, hash, start_offset, end_offset, tokens)
  select ${TENANT}, $1::integer + at, document_id::uuid, ordinal, context, content, hash, start_offset, end_offset, tokens
  from ${rows} order by at`;

/** $1 the first item, $2 space */
export const insertVectors = (rows: string) => `
  insert into aquifer.vectors (tenant_id, space_id, item_id, window_no, embedding)
  select ${TENANT}, $2::integer, $1::integer + at, window_no, embedding from ${rows}`;

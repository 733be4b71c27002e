/** The statements of the store. All run under row-level security; the tenant comes from the scope. */

const TENANT = '(select aquifer.current_tenant())';

/** The space, from the first four parameters: name, model, dimensions, metric. Null where it does not exist. */
const SPACE = '(select aquifer.record_space($1, $2, $3, $4))';

/** Makes it where it does not exist. $1 name, $2 model, $3 dimensions, $4 metric */
export const OPEN_SPACE = 'select aquifer.open_space($1, $2, $3, $4) as id';

/** Holds back others of this tenant that write records, until the transaction ends. $1 how many */
export const ALLOCATE = 'select aquifer.allocate_item_ids($1) as first';

/** Replaced records get new items: plain inserts are half as dear as such that look for conflicts. $1 space, $2 ids */
export const DELETE_REPLACED = `
  delete from aquifer.vector_records where tenant_id = ${TENANT} and space_id = $1 and id = any ($2::text[])`;

/** $1 space, $2 the first item; then what the rows need */
export function insertRecords(rows: string): string {
  return `
    insert into aquifer.vector_records (tenant_id, space_id, item_id, id, document_id, content, metadata)
    select ${TENANT}, $1::integer, $2::integer + at, id, document_id, content, metadata from ${rows}`;
}

export function insertVectors(rows: string): string {
  return `
    insert into aquifer.vectors (tenant_id, space_id, item_id, embedding)
    select ${TENANT}, $1::integer, $2::integer + at, embedding from ${rows}`;
}

const RECORD = `r.id, r.document_id as "documentId", r.content as text, r.metadata`;
const VECTOR = `join aquifer.vectors v
  on v.tenant_id = r.tenant_id and v.space_id = r.space_id and v.item_id = r.item_id`;

/**
 * How many vectors the space has, and the nearest records; one row without a record where none was found. No row where
 * there is no space. $5 vector, $6 limit, $7 recall, $8 canonical filter or null
 */
export const NEAREST = nearest('');
export const NEAREST_WITH_EMBEDDINGS = nearest('halfvec_send(v.embedding)');

function nearest(embedding: string): string {
  const join =
    embedding &&
    `left join aquifer.vectors v
      on v.tenant_id = s.tenant_id and v.space_id = s.id and v.item_id = n.item_id`;
  return `
    select s.id as "spaceId", s.index_state as "indexState", s.vectors::float8 as vectors, n.id, n.document_id as "documentId", n.content as text, n.metadata, n.distance
           ${embedding && `, ${embedding} as embedding`}
    from aquifer.vector_spaces s
    left join lateral aquifer.nearest_records(s.id, $5::real[]::halfvec, $6, $7, $8::jsonb) n on true
    ${join}
    where s.tenant_id = ${TENANT} and s.id = ${SPACE}
    order by n.distance, n.id`;
}

/** In the order of the ids. $5 ids */
export const GET = `
  select ${RECORD}, halfvec_send(v.embedding) as embedding
  from unnest($5::text[]) with ordinality as wanted (id, place)
  join aquifer.vector_records r on r.tenant_id = ${TENANT} and r.space_id = ${SPACE} and r.id = wanted.id
  ${VECTOR}
  order by place`;

/** $5 after which id, or null, $6 limit */
export const SCAN = `
  select ${RECORD}, halfvec_send(v.embedding) as embedding
  from (
    select * from aquifer.vector_records
    where tenant_id = ${TENANT} and space_id = ${SPACE} and id > coalesce($5, '')
    order by tenant_id, space_id, id limit $6
  ) r ${VECTOR}
  order by r.id`;

const DELETE = `delete from aquifer.vector_records where tenant_id = ${TENANT} and space_id = ${SPACE}`;
export const DELETE_ALL = DELETE;
export const DELETE_BY_ID = `${DELETE} and id = any ($5::text[])`;
export const DELETE_BY_DOCUMENT = `${DELETE} and document_id = any ($5::text[])`;
/** $5 canonical filter */
export const DELETE_MATCHING = `${DELETE} and item_id = any (aquifer.matching_records(${SPACE}, $5::jsonb))`;

export const COUNT = `
  select count(*)::float8 as amount from aquifer.vector_records where tenant_id = ${TENANT} and space_id = ${SPACE}`;
/** $5 canonical filter */
export const COUNT_MATCHING = `
  select coalesce(cardinality(aquifer.matching_records(${SPACE}, $5::jsonb)), 0)::float8 as amount`;

/** The size of records is that of the average among the first thousand. $1 to $4: the space */
export const STATS = `
  select s.vectors::float8 as vectors, s.index_state as state,
         (s.vectors * (2 * s.dimensions + 64)
          + s.vectors * coalesce((select avg(pg_column_size(r.*)) + 96 from (
              select * from aquifer.vector_records where tenant_id = s.tenant_id and space_id = s.id limit 1000) r), 0)
          + coalesce((select sum(pg_relation_size(i.indexrelid)) from pg_index i
                      join pg_class c on c.oid = i.indexrelid
                      where c.relname = format('vectors_space_%s', s.id)), 0))::float8 as bytes
  from aquifer.vector_spaces s where s.tenant_id = ${TENANT} and s.id = ${SPACE}`;

/** Spaces of collections belong to these. */
export const SPACES = `
  select name, model, dimensions, metric from aquifer.vector_spaces
  where tenant_id = ${TENANT} and collection_id is null order by name collate "C", model collate "C"`;

export const DELETE_SPACES = `
  delete from aquifer.vector_spaces where tenant_id = ${TENANT} and collection_id is null`;

/**
 * As NEAREST without a filter, in a space whose index is there: a statement of its own for each such space, which the
 * server plans once. It does so only where it knows that few are wanted: they are at most `most`, and those of $2.
 * No row when there is no such space any more, or its index is gone. $1 vector, $2 limit, $3 recall
 */
export function nearestInSpace(spaceId: number, dimensions: number, operator: string, most: number): string {
  const distance = `v.embedding::halfvec(${dimensions}) ${operator} $1::real[]::halfvec(${dimensions})`;
  return `
    select s.id as "spaceId", s.index_state as "indexState", s.vectors::float8 as vectors,
           r.id, r.document_id as "documentId", r.content as text, r.metadata, n.distance
    from (
      select k.*, set_config('hnsw.iterative_scan', 'relaxed_order', true) as mode,
             set_config('hnsw.ef_search', aquifer.ef_search(k, $3, $2)::text, true) as width
      from aquifer.vector_spaces k
      where k.tenant_id = ${TENANT} and k.id = ${spaceId} and k.index_state = 'ready'
    ) s
    left join lateral (
      -- The condition has the settings made before the index is asked.
      select * from (
        select v.item_id, ${distance} as distance from aquifer.vectors v
        where v.space_id = ${spaceId} and s.width <> ''
        order by ${distance} limit ${most}
      ) nearest limit $2
    ) n on true
    left join lateral (
      select * from aquifer.vector_records x
      where x.tenant_id = ${TENANT} and x.space_id = ${spaceId} and x.item_id = n.item_id offset 0
    ) r on true
    order by n.distance, r.id`;
}

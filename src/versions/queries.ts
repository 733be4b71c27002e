/** The statements of version history. $1 is the entity, $2 the row; the tenant comes from the scope. */

const OF_ROW = 'tenant_id = (select aquifer.current_tenant()) and entity = $1 and row_id = $2';
const REVISION = 'revision::float8 as revision, at, operation, changed, row, actor_id as "actorId"';

/** $3 the revision to go on before, or null; $4 limit */
export const REVISIONS = `
  select ${REVISION} from aquifer.history
  where ${OF_ROW} and ($3::bigint is null or revision < $3) order by revision desc, id desc limit $4`;

/** $3 revision. A removal repeats the revision it removed; what was, was there before. */
export const REVISION_BY_NUMBER = `
  select ${REVISION} from aquifer.history
  where ${OF_ROW} and revision = $3 order by id limit 1`;

/** $3 moment, of which the client knows whole milliseconds */
export const REVISION_AT = `
  select ${REVISION} from aquifer.history
  where ${OF_ROW} and at < $3::timestamptz + interval '1 millisecond' order by at desc, id desc limit 1`;

export const REVERTIBLE = 'select aquifer.revertible_columns($1)::text[] as columns';
export const READ_ROW = 'select aquifer.read_row($1, $2) as row';
export const LOCK_ROW = 'select aquifer.read_row($1, $2, true) as row';
export const WRITE_ROW = 'select aquifer.write_row($1, $2, $3::jsonb)::float8 as revision';
/** $3 revision. Within the database: a number of JSON may have more digits than one of JavaScript. */
export const WRITE_REVISION = `
  select aquifer.write_row($1, $2, (
    select row from aquifer.history where ${OF_ROW} and revision = $3 order by id limit 1))::float8 as revision`;

const BRANCH = `name, state, base_revision::float8 as "baseRevision", merged_revision::float8 as "mergedRevision",
  created_at as "createdAt", created_by as "createdBy"`;

export const ADD_BRANCH = `
  insert into aquifer.branches (entity, row_id, name, base_revision, base) values ($1, $2, $3, $4, $5::jsonb)
  on conflict do nothing returning ${BRANCH}`;

export const LIST_BRANCHES = `select ${BRANCH} from aquifer.branches where ${OF_ROW} order by created_at, name limit 1000`;

/** $3 name. Locked: revisions of a branch are numbered one after the other. */
export const LOCK_BRANCH = `
  select ${BRANCH}, base from aquifer.branches where ${OF_ROW} and name = $3 for update`;

export const BRANCH_REVISIONS = `
  select number, row, changed, at, actor_id as "actorId" from aquifer.branch_revisions
  where ${OF_ROW} and name = $3 order by number desc limit $4`;

/** $3 name, $4 row, $5 changed */
export const ADD_BRANCH_REVISION = `
  insert into aquifer.branch_revisions (entity, row_id, name, number, row, changed)
  select $1, $2, $3, coalesce(max(number), 0) + 1, $4::jsonb, $5::text[] from aquifer.branch_revisions
  where ${OF_ROW} and name = $3
  returning number`;

/** $3 name, $4 state, $5 revision or null */
export const CLOSE_BRANCH = `
  update aquifer.branches set state = $4, merged_revision = $5 where ${OF_ROW} and name = $3`;

/** The statements of the files room. The tenant is never a parameter: it comes from the scope. */

const MINE = 'f.tenant_id = (select aquifer.current_tenant())';
const LIVING = '(f.expires_at is null or f.expires_at > now())';

const FILE = `
  f.id, f.name, f.media_type as "mediaType", f.sha256, f.bytes::float8 as bytes, f.purpose, f.store,
  f.created_at as "createdAt", f.created_by as "createdBy", f.expires_at as "expiresAt"`;

/** $1 space, $2 sha256 */
export const HOLD = 'select aquifer.hold_content($1, $2)';

/** $1 name, $2 media type, $3 sha256, $4 bytes, $5 purpose, $6 store, $7 when it ends */
export const INSERT = `
  insert into aquifer.files as f (name, media_type, sha256, bytes, purpose, store, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7) returning ${FILE}`;

export const GET = `select ${FILE} from aquifer.files f where ${MINE} and f.id = $1::uuid and ${LIVING}`;

/** $1 purpose, $2 the file before, $3 limit */
export const listFiles = (order: 'newest' | 'oldest') => {
  const [sign, direction] = order === 'newest' ? ['<', 'desc'] : ['>', 'asc'];
  return `
    select ${FILE} from aquifer.files f
    where ${MINE} and ${LIVING} and ($1::text is null or f.purpose = $1)
      and ($2::uuid is null or (f.created_at, f.id) ${sign} (
        select b.created_at, b.id from aquifer.files b
        where b.tenant_id = (select aquifer.current_tenant()) and b.id = $2::uuid))
    order by f.created_at ${direction}, f.id ${direction} limit $3`;
};

export const DELETE = `delete from aquifer.files f where ${MINE} and f.id = $1::uuid returning ${FILE}`;

/** $1 sha256, $2 store */
export const IS_USED = `select 1 from aquifer.files f where ${MINE} and f.sha256 = $1 and f.store = $2 limit 1`;

/** As the system. $1 at most */
export const DELETE_EXPIRED = `
  delete from aquifer.files f using (
    select tenant_id, id from aquifer.files where expires_at < now() limit $1
  ) e where (f.tenant_id, f.id) = (e.tenant_id, e.id)`;

/** As the system: $1 store, $2 keys */
export const UNUSED = 'select aquifer.unused_contents($1, $2::text[]) as key';

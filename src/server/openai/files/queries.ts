/** $1 purpose, $2 the file before, $3 limit, $4 purpose that is not shown. The tenant comes from the scope. */
export function listFiles(order: 'asc' | 'desc'): string {
  const sign = order === 'asc' ? '>' : '<';
  return `
    select f.id, f.name, f.bytes::float8 as bytes, f.purpose, f.created_at as "createdAt", f.expires_at as "expiresAt"
    from aquifer.files f
    where f.tenant_id = (select aquifer.current_tenant()) and (f.expires_at is null or f.expires_at > now())
      and ($1::text is null or f.purpose = $1) and f.purpose <> $4
      and ($2::uuid is null or (f.created_at, f.id) ${sign} (
        select b.created_at, b.id from aquifer.files b
        where b.tenant_id = (select aquifer.current_tenant()) and b.id = $2::uuid))
    order by f.created_at ${order}, f.id ${order} limit $3`;
}

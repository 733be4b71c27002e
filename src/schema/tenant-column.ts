/** Names of columns that say whose a row is; for PostgreSQL and for JavaScript, in any case. */
export const TENANT_LIKE = '^(tenant|org|organi[sz]ation|workspace)(_?(id|uuid|key|slug))?$';

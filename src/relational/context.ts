/** Under which role, and for whom, a transaction runs. */
export type TransactionContext = TenantContext | OwnerContext;

/** Tenant work: the role `aquifer_app`, which row-level security binds, and the tenant of the scope. */
export interface TenantContext {
  readonly kind: 'tenant';
  readonly tenantId: string;
  readonly actorId?: string | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** The owner of the schema: migrations and maintenance. Never handed to a caller. */
export interface OwnerContext {
  readonly kind: 'owner';
}

export const OWNER: OwnerContext = { kind: 'owner' };

/** One statement that enters a tenant's context; its parameters are `tenantSettings(context)`. */
export const ENTER_TENANT = `
  select set_config('role', 'aquifer_app', true),
         set_config('aquifer.tenant_id', $1, true),
         set_config('aquifer.actor_id', $2, true),
         set_config('aquifer.roles', $3, true)`;

export function tenantSettings(context: TenantContext): [string, string, string] {
  return [context.tenantId, context.actorId ?? '', (context.roles ?? []).join(',')];
}

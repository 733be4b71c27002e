import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { TenantContext } from '../relational/index.js';

/** What `layer.scope()` takes: for whom, on whose behalf. */
export interface ScopeOptions {
  /** 1 to 128 letters, digits and `. _ : @ / -`, beginning with a letter or digit. */
  readonly tenantId: string;
  /** Who acts: a user, a service. Stored beside what is written. */
  readonly actorId?: string;
  readonly roles?: readonly string[];
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._:@/-]{0,127}$/u;
const name = (what: string) =>
  z
    .string({ error: `${what} must be a string` })
    .regex(NAME, `${what} must be 1 to 128 letters, digits or . _ : @ / - and begin with a letter or digit`);

const scopeSchema = z.strictObject({
  tenantId: name('tenantId'),
  actorId: name('actorId').optional(),
  roles: z.array(name('a role')).max(64).optional(),
});

/**
 * The database context of a scope.
 * @throws AQF_SCOPE_MISSING without a tenant, AQF_ARGUMENT_INVALID for a malformed one
 */
export function tenantContext(options: ScopeOptions): TenantContext {
  if (!options?.tenantId) {
    throw new AquiferError('AQF_SCOPE_MISSING', 'A scope needs a tenantId.');
  }
  const parsed = scopeSchema.safeParse(options);
  if (!parsed.success) {
    const message = parsed.error.issues.map((issue) => issue.message).join('; ');
    throw new AquiferError('AQF_ARGUMENT_INVALID', `This scope cannot be opened: ${message}.`);
  }
  return { kind: 'tenant', ...parsed.data };
}

import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import {
  type RequestFacts,
  SessionPosition,
  type SystemContext,
  storable,
  type TenantContext,
} from '../relational/index.js';

/** What `layer.scope()` takes: for whom, on whose behalf. */
export interface ScopeOptions {
  /** 1 to 128 letters, digits and `. _ : @ / -`, beginning with a letter or digit. */
  readonly tenantId: string;
  /** Who acts: a user, a service. Stored beside what is written. */
  readonly actorId?: string;
  readonly roles?: readonly string[];
  /** What the request tells of itself, for the audit. */
  readonly request?: RequestFacts;
  /** The `position` of an earlier scope of the same client: its writes are read. */
  readonly position?: string;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._:@/-]{0,127}$/u;
const name = (what: string) =>
  z
    .string({ error: `${what} must be a string` })
    .regex(NAME, `${what} must be 1 to 128 letters, digits or . _ : @ / - and begin with a letter or digit`);

/** What a client says of itself must not make its writes fail: what the database cannot hold is left out. */
const fact = z.string().max(1024).transform(storable);

const scopeSchema = z.strictObject({
  tenantId: name('tenantId'),
  actorId: name('actorId').optional(),
  roles: z.array(name('a role')).max(64).optional(),
  request: z
    .strictObject({ requestId: fact.optional(), ip: fact.optional(), userAgent: fact.optional() })
    .optional(),
  position: z
    .string()
    .regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i, 'position must be what a scope gave as its position')
    .optional(),
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
  const { position, ...rest } = parsed.data;
  return { kind: 'tenant', ...rest, position: new SessionPosition(position) };
}

const reasonSchema = z.string().transform(storable).pipe(z.string().trim().min(1).max(256));

/** @throws AQF_ARGUMENT_INVALID without a reason */
export function systemContext(reason: string): SystemContext {
  const parsed = reasonSchema.safeParse(reason);
  if (parsed.success) return { kind: 'system', reason: parsed.data };
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    'Work across tenants needs a reason of 1 to 256 characters.',
  );
}

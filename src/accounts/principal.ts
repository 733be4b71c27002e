import type { RequestFacts } from '../relational/index.js';
import type { ScopeOptions } from '../tenancy/index.js';
import type { Permissions } from './permissions.js';

/** Who asks, as a credential told: all that surfaces know of him. */
export interface Principal {
  readonly tenantId: string;
  /** `key:<id>` of an API key, the subject of a JWT. */
  readonly actorId: string;
  readonly roles: readonly string[];
  readonly permissions: Permissions;
  /** What rate limits count by. */
  readonly credential: string;
  /** When the credential ends; undefined when it does not. */
  readonly expiresAt?: Date | undefined;
}

/** What opens the scope of who asks. */
export function principalScope(
  { tenantId, actorId, roles }: Principal,
  request?: RequestFacts,
  position?: string,
): ScopeOptions {
  return {
    tenantId,
    actorId,
    roles,
    ...(request && { request }),
    ...(position !== undefined && { position }),
  };
}

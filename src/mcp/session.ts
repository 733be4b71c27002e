import type { Permissions } from '../accounts/index.js';
import type { AnyEntity } from '../entities/index.js';
import type { Scope } from '../layer/index.js';

/** For whom a server answers: made of a credential, never of what a client says in a call. */
export interface McpSession {
  readonly scope: Scope;
  readonly permissions: Permissions;
  /** What rows may be asked for, by name. */
  readonly entities: ReadonlyMap<string, AnyEntity>;
}

import { GUARDED } from './permissions.js';

const VIEWER = ['*:read'];
const EDITOR = [...VIEWER, '*:create', '*:update', '*:delete'];
const ADMIN = [...EDITOR, ...GUARDED.map((entity) => `${entity}:*`)];

/**
 * What the roles of the house allow. Any other role is the program's own: it allows nothing by itself, and goes along with
 * the scope, where collections and policies ask for it.
 */
export const ROLES = {
  /** Reads and searches. */
  viewer: VIEWER,
  /** Writes, too. */
  editor: EDITOR,
  /** Sees how the tenant is worked for, and gives out keys. */
  admin: ADMIN,
  /** Everything. */
  owner: ['*:*'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name);
}

/** What roles and permissions allow together. */
export function grantedBy(roles: readonly string[], permissions: readonly string[]): string[] {
  return [...roles.flatMap((role) => (isRole(role) ? ROLES[role] : [])), ...permissions];
}

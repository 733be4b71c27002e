import { type ApiKey, isRole, Permissions, type Principal, ROLES } from '../accounts/index.js';
import { AquiferError } from '../errors/index.js';

/**
 * A role that is the program's own opens what programs let it open: collections, rows. Nobody gives one that he does not
 * have, but who may do everything. @throws AQF_PERMISSION_DENIED
 */
export function assertRoles({ roles, permissions }: Principal, granted: readonly string[]): void {
  if (permissions.allows('*', '*')) return;
  if (granted.every((role) => isRole(role) || roles.includes(role))) return;
  throw new AquiferError(
    'AQF_PERMISSION_DENIED',
    'A key cannot be given a role that its maker does not have.',
  );
}

/** Keys that allow more are out of reach. @throws AQF_PERMISSION_DENIED */
export function assertCovers(principal: Principal, key: ApiKey): void {
  assertRoles(principal, key.roles);
  const granted = [...key.roles.flatMap((role) => (isRole(role) ? ROLES[role] : [])), ...key.permissions];
  if (principal.permissions.covers(new Permissions(granted))) return;
  throw new AquiferError('AQF_PERMISSION_DENIED', 'This key allows more than the credential that asks.');
}

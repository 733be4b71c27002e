export { ApiKeys } from './api-keys.js';
export { Authenticator, type AuthenticatorOptions } from './authenticator.js';
export type { JwtSettings } from './jwt.js';
export { ACTIONS, type Action, isPermission, Permissions } from './permissions.js';
export { type Principal, principalScope } from './principal.js';
export { isRole, ROLES, type Role } from './roles.js';
export { Tenants } from './tenants.js';
export type { ApiKey, CreatedApiKey, NewApiKey, Tenant } from './types.js';

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Action, Authenticator, Principal } from '../accounts/index.js';
import { AquiferError } from '../errors/index.js';
import { assertTaken, type RateLimiter } from './rate-limiter.js';
import type { Route } from './route.js';

export interface GuardParts {
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter | undefined;
}

/** Who asks, by the credential of the request. @throws AQF_CREDENTIAL_MISSING, AQF_CREDENTIAL_INVALID, AQF_RATE_LIMITED */
export async function identify(
  { authenticator, limiter }: GuardParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal> {
  const credential = credentialOf(request);
  if (credential === undefined) {
    reply.header('www-authenticate', 'Bearer');
    throw new AquiferError('AQF_CREDENTIAL_MISSING', 'This route needs a credential.');
  }
  const principal = await authenticator.authenticate(credential);
  const counted = await limiter?.count(principal);
  if (!counted) return principal;
  reply.header('ratelimit-limit', counted.limit);
  reply.header('ratelimit-remaining', counted.remaining);
  if (counted.waitSeconds > 0) reply.header('retry-after', counted.waitSeconds);
  assertTaken(counted);
  return principal;
}

/** @throws AQF_PERMISSION_DENIED naming the permission, and nothing that is there or not */
export function assertAllowed(
  { permissions }: Principal,
  permission: Route['permission'],
  params: unknown,
): void {
  if (permission === null) return;
  const [entity, action] = typeof permission === 'function' ? permission(params as never) : permission;
  assertAction({ permissions }, entity, action);
}

/** @throws AQF_PERMISSION_DENIED */
export function assertAction(
  { permissions }: Pick<Principal, 'permissions'>,
  entity: string,
  action: Action,
): void {
  if (permissions.allows(entity, action)) return;
  throw new AquiferError(
    'AQF_PERMISSION_DENIED',
    `This credential lacks the permission ${entity}:${action}.`,
    {
      hint: 'Ask whoever gives out keys for one that has it.',
    },
  );
}

/** As it came: in `authorization`, else in `x-api-key`; undefined without one. */
export function credentialOf({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key : undefined;
}

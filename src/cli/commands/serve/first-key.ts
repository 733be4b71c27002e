import type { AquiferConfig } from '../../../config/index.js';
import { AquiferError } from '../../../errors/index.js';
import type { DataLayer } from '../../../layer/index.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * A key for whoever starts a server that nobody has a key for: only where it listens to this machine alone.
 * @throws AQF_CONFIG_INVALID for other addresses while there is no way to sign in
 */
export async function firstKey(
  layer: DataLayer,
  { server, tenant }: AquiferConfig,
): Promise<string | undefined> {
  const scope = layer.scope({ tenantId: tenant, actorId: 'cli' });
  const hasJwt = server.jwt.secret !== undefined || server.jwt.jwksUrl !== undefined;
  const now = Date.now();
  const keys = (await scope.apiKeys.list()).filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
  );
  if (keys.length > 0 || hasJwt) return undefined;
  if (LOOPBACK.includes(server.host))
    return (await scope.apiKeys.create({ name: 'first key', roles: ['owner'] })).key;
  throw new AquiferError(
    'AQF_CONFIG_INVALID',
    `Nobody could sign in: the tenant "${tenant}" has no API key, and ${server.host} is not this machine alone.`,
    { hint: 'Make a key first: aquifer keys create --role owner. Or listen on 127.0.0.1.' },
  );
}

import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { invalidCredential } from './invalid-credential.js';
import { isPermission, Permissions } from './permissions.js';
import type { Principal } from './principal.js';
import { grantedBy } from './roles.js';

/** Exactly one of `secret` and `jwksUrl`: a token says itself how it was signed, and must not choose. */
export interface JwtSettings {
  /** Of HS256, at least 32 characters. */
  readonly secret?: string | undefined;
  /** Where the public keys of the issuer are. */
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** @default 'tenant_id' */
  readonly tenantClaim?: string | undefined;
  /** @default 'roles' */
  readonly rolesClaim?: string | undefined;
  /** @default 'permissions' */
  readonly permissionsClaim?: string | undefined;
}

const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];
const names = z.array(z.string()).max(64).default([]);

/** Verifies JWTs of one issuer. */
export class JwtVerifier {
  readonly #settings: JwtSettings;
  #key: Promise<Uint8Array | JWTVerifyGetKey> | undefined;

  constructor(settings: JwtSettings) {
    assertOneKey(settings);
    this.#settings = settings;
  }

  /** @throws AQF_CREDENTIAL_INVALID; AQF_CREDENTIALS_UNAVAILABLE when the keys of the issuer cannot be fetched */
  async verify(token: string): Promise<Principal> {
    const { issuer, audience, secret } = this.#settings;
    const options = {
      algorithms: secret === undefined ? PUBLIC_KEY_ALGORITHMS : ['HS256'],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    };
    this.#key ??= keyOf(this.#settings);
    const [{ jwtVerify }, key] = await Promise.all([import('jose'), this.#key]);
    const { payload } = await jwtVerify(token, key as JWTVerifyGetKey, options).catch(refuse);
    return this.#principal(payload);
  }

  #principal(payload: JWTPayload): Principal {
    const {
      tenantClaim = 'tenant_id',
      rolesClaim = 'roles',
      permissionsClaim = 'permissions',
    } = this.#settings;
    const tenantId = z.string().min(1).safeParse(payload[tenantClaim]);
    const roles = names.safeParse(payload[rolesClaim]);
    const permissions = names.safeParse(payload[permissionsClaim]);
    if (!tenantId.success || !roles.success || !permissions.success) throw invalidCredential();
    const known = permissions.data.filter(isPermission);
    return {
      tenantId: tenantId.data,
      actorId: payload.sub ?? '',
      roles: roles.data,
      permissions: new Permissions(grantedBy(roles.data, known)),
      credential: `jwt:${payload.sub}`,
      expiresAt: new Date((payload.exp ?? 0) * 1000),
    };
  }
}

async function keyOf({ secret, jwksUrl = '' }: JwtSettings): Promise<Uint8Array | JWTVerifyGetKey> {
  if (secret !== undefined) return new TextEncoder().encode(secret);
  const { createRemoteJWKSet } = await import('jose');
  return createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5000 });
}

function assertOneKey({ secret, jwksUrl }: JwtSettings): void {
  const isOne = (secret === undefined) !== (jwksUrl === undefined);
  if (isOne && (secret === undefined || secret.length >= 32)) return;
  const message = 'JWTs need either a secret of at least 32 characters or the URL of a JWKS.';
  throw new AquiferError('AQF_CONFIG_INVALID', message);
}

/** The issuer's keys being out of reach is no fault of the token. */
function refuse(error: unknown): never {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && code.startsWith('ERR_J') && code !== 'ERR_JWKS_TIMEOUT')
    throw invalidCredential();
  throw new AquiferError(
    'AQF_CREDENTIALS_UNAVAILABLE',
    'The keys of the issuer of the token cannot be fetched.',
    { cause: error },
  );
}

import { timingSafeEqual } from 'node:crypto';
import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import { invalidCredential } from './invalid-credential.js';
import { type JwtSettings, JwtVerifier } from './jwt.js';
import { type KeyText, readKey } from './key-text.js';
import { Permissions } from './permissions.js';
import type { Principal } from './principal.js';
import * as queries from './queries.js';
import { Recent } from './recent.js';
import { grantedBy } from './roles.js';

export interface AuthenticatorOptions {
  /** Absent: JWTs are refused. */
  readonly jwt?: JwtSettings | undefined;
  /** Milliseconds that a key which was found is remembered: as long may one go on that another process revoked. @default 5000 */
  readonly rememberMs?: number;
}

interface FoundKey extends Row {
  readonly tenantId: string;
  readonly hash: Uint8Array;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly expiresAt: Date | null;
  readonly ended: boolean;
}

interface RecentKey {
  readonly hash: Buffer;
  readonly principal: Principal;
}

const CONTEXT: SystemContext = { kind: 'system', reason: 'authentication' };

/** Tells who a credential is: an API key, or a JWT. */
export class Authenticator {
  readonly #relational: RelationalProvider;
  readonly #jwt: JwtVerifier | undefined;
  readonly #recent: Recent<RecentKey>;
  readonly #suspended: Recent<boolean>;

  constructor(relational: RelationalProvider, { jwt, rememberMs = 5000 }: AuthenticatorOptions = {}) {
    this.#relational = relational;
    this.#jwt = jwt && new JwtVerifier(jwt);
    this.#recent = new Recent(rememberMs);
    this.#suspended = new Recent(rememberMs);
  }

  /**
   * @throws AQF_CREDENTIAL_INVALID for whatever does not prove who asks: which of the reasons it is, is not told;
   * AQF_DATABASE_UNAVAILABLE and the like when that cannot be found out
   */
  async authenticate(credential: string): Promise<Principal> {
    const key = readKey(credential);
    if (key) return this.#byKey(key);
    if (!this.#jwt) throw invalidCredential();
    const principal = await this.#jwt.verify(credential);
    await this.#assertActive(principal.tenantId);
    return principal;
  }

  /** Forgets a key that was revoked in this process. */
  forget(id: string): void {
    this.#recent.forget(id);
  }

  async #byKey(key: KeyText): Promise<Principal> {
    const known = this.#recent.get(key.id);
    if (known && timingSafeEqual(known.hash, key.hash)) return stillValid(known.principal);
    const [row] = await this.#ask<FoundKey>(queries.FIND_KEY, [key.id]);
    if (!row || row.ended || !timingSafeEqual(row.hash, key.hash)) throw invalidCredential();
    const principal = stillValid(keyPrincipal(key.id, row));
    this.#recent.remember(key.id, { hash: key.hash, principal });
    await this.#ask(queries.KEY_USED, [key.id]);
    return principal;
  }

  /** Of a key, the statement that finds it tells. */
  async #assertActive(tenantId: string): Promise<void> {
    const known = this.#suspended.get(tenantId);
    const isSuspended = known ?? (await this.#ask(queries.SUSPENDED, [tenantId])).length > 0;
    this.#suspended.remember(tenantId, isSuspended);
    if (isSuspended) throw invalidCredential();
  }

  async #ask<R extends Row>(text: string, values: readonly unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(CONTEXT, { text, values })).rows;
  }
}

function keyPrincipal(id: string, { tenantId, roles, permissions, expiresAt }: FoundKey): Principal {
  return {
    tenantId,
    actorId: `key:${id}`,
    roles,
    permissions: new Permissions(grantedBy(roles, permissions)),
    credential: id,
    expiresAt: expiresAt ?? undefined,
  };
}

function stillValid(principal: Principal): Principal {
  if (principal.expiresAt && principal.expiresAt.getTime() <= Date.now()) throw invalidCredential();
  return principal;
}

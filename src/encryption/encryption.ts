import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { Queryable, RelationalProvider } from '../relational/index.js';
import type { CipherSource, TenantCipher } from './cipher.js';
import type { EncryptedTable } from './encrypted-table.js';
import { ExpiringMap } from './expiring-map.js';
import { destroyTenant, type NewKeyVersion, reopenTenant, rewrapKeys, rotateKey } from './key-lifecycle.js';
import type { KeyProvider } from './key-provider.js';
import { KeyWrapping } from './key-wrapping.js';
import { type ReencryptOptions, type ReencryptOutcome, reencryptTenant } from './reencrypt.js';
import { TenantKeys } from './tenant-keys.js';

export interface EncryptionOptions {
  /** Wraps new keys. */
  readonly provider: KeyProvider;
  /** Providers that wrapped keys before, until `rewrap` has moved all of them. @default [] */
  readonly former?: readonly KeyProvider[];
  /** Milliseconds for which a tenant's keys are used before the database is asked again. @default 60000 */
  readonly ttlMs?: number;
  /**
   * Milliseconds for which a key stays unwrapped, so that the key provider is asked less often than the database.
   * What is withdrawn at the provider alone takes this long and `ttlMs` to have its effect. @default 300000
   */
  readonly unwrappedTtlMs?: number;
  /** Tenants whose keys are held at once. @default 10000 */
  readonly maxTenants?: number;
}

export interface RotateOptions {
  /**
   * Milliseconds until the new version is written with. At least twice the `ttlMs` of every process; with less, some
   * of them meet values they cannot read until they look again. @default 2 × ttlMs
   */
  readonly leadMs?: number;
}

const DAY_MS = 86_400_000;
const optionsSchema = z.object({
  ttlMs: z.int().min(100).max(DAY_MS).default(60_000),
  unwrappedTtlMs: z.int().min(100).max(DAY_MS).default(300_000),
  maxTenants: z.int().min(1).max(1_000_000).default(10_000),
});
const leadSchema = z.int().min(0).max(DAY_MS);

/** Ciphers of tenants, and the life of their keys. */
export class Encryption implements CipherSource {
  readonly #ttlMs: number;
  readonly #wrapping: KeyWrapping;
  readonly #unwrapped: ExpiringMap<Promise<KeyObject>>;
  readonly #keys: TenantKeys;

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(options: EncryptionOptions) {
    const { ttlMs, unwrappedTtlMs, maxTenants } = checked(optionsSchema, options);
    const now = () => performance.now();
    this.#ttlMs = ttlMs;
    // A tenant has a key of each purpose, and more while it rotates.
    this.#unwrapped = new ExpiringMap({ max: maxTenants * 4, ttlMs: unwrappedTtlMs, now });
    this.#wrapping = new KeyWrapping(options.provider, options.former ?? [], this.#unwrapped);
    this.#keys = new TenantKeys(this.#wrapping, { ttlMs, maxTenants, now });
  }

  forTenant(queryable: Queryable, tenantId: string): Promise<TenantCipher> {
    return this.#keys.forTenant(queryable, tenantId);
  }

  /**
   * Makes a next version of a tenant's data key. Values are read with any version and written with the newest.
   * @throws AQF_KEY_DESTROYED; AQF_KEY_UNAVAILABLE; AQF_ARGUMENT_INVALID for a tenant without keys
   */
  async rotate(database: RelationalProvider, tenantId: string, options: RotateOptions = {}) {
    const leadMs = checked(leadSchema, options.leadMs ?? this.#ttlMs * 2);
    const made: NewKeyVersion = await rotateKey(database, this.#wrapping, tenantId, leadMs);
    this.#keys.forget(tenantId);
    return made;
  }

  /**
   * Encrypts what the tables held before they adopted encryption, rewrites what older versions encrypted, and retires
   * the versions that are needed no more. Waits until the newest version is active. Stopped at any point, it goes on where it stopped when it is called again.
   * @param tables from `encryptedTables`
   */
  reencrypt(
    database: RelationalProvider,
    tenantId: string,
    tables: readonly EncryptedTable[],
    options?: ReencryptOptions,
  ): Promise<ReencryptOutcome> {
    return reencryptTenant(database, this.#keys, tenantId, tables, options);
  }

  /** Wraps anew what the former providers wrapped. Resolves to the number of keys; values are not touched. */
  rewrap(database: RelationalProvider, from: KeyProvider): Promise<number> {
    return rewrapKeys(database, this.#wrapping, from.id);
  }

  /**
   * Destroys all keys of a tenant: whatever they encrypted is lost, in tables as in history, audit and events. In
   * this process at once, in others within `ttlMs`. Backups hold the wrapped keys for as long as they are kept.
   * Resolves to the number of keys.
   */
  async destroyTenantKeys(database: RelationalProvider, tenantId: string): Promise<number> {
    const destroyed = await destroyTenant(database, this.#wrapping, tenantId);
    this.#keys.destroyed(tenantId);
    return destroyed;
  }

  /** Gives a tenant whose keys were destroyed new ones. What was lost stays lost. @throws AQF_KEY_UNAVAILABLE */
  async reopen(database: RelationalProvider, tenantId: string): Promise<void> {
    await reopenTenant(database, this.#wrapping, tenantId);
    this.#keys.forget(tenantId);
  }

  /** Lets go of all keys; ciphers that were handed out stop working. */
  close(): void {
    this.#keys.close();
    this.#unwrapped.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function checked<T>(schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  throw new AquiferError('AQF_ARGUMENT_INVALID', `These options of encryption do not fit: ${what}.`);
}

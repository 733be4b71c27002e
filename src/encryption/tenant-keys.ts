import { isAquiferError } from '../errors/index.js';
import type { Queryable } from '../relational/index.js';
import type { CipherSource, TenantCipher } from './cipher.js';
import { ExpiringMap } from './expiring-map.js';
import { FieldCipher } from './field-cipher.js';
import { keyUnavailable } from './key-provider.js';
import type { KeyWrapping } from './key-wrapping.js';
import { type DataKey, Keyring, type KeyringLife } from './keyring.js';
import { Lifetimes } from './lifetimes.js';
import { insertFirstKeys, isReadOnly, readKeys, type StoredKey } from './queries.js';

interface Held {
  readonly keyring: Keyring;
  readonly life: KeyringLife & { readonly age: number };
  /** Someone reads the keys again; the others go on with these. */
  refreshing: boolean;
}

export interface TenantKeysOptions {
  readonly ttlMs: number;
  readonly maxTenants: number;
  readonly now: () => number;
}

/**
 * Reads tenants' keys and remembers them. Calls do not wait for each other's statements: one of them may run in a
 * transaction that waits for another's. Only the unwrapping, which needs no database, is shared.
 */
export class TenantKeys implements CipherSource {
  readonly #wrapping: KeyWrapping;
  readonly #held: ExpiringMap<Held>;
  readonly #lifetimes: Lifetimes;
  readonly #staleMs: number;
  #closed = false;

  constructor(wrapping: KeyWrapping, { ttlMs, maxTenants, now }: TenantKeysOptions) {
    this.#wrapping = wrapping;
    this.#held = new ExpiringMap({ max: maxTenants, ttlMs, now });
    this.#lifetimes = new Lifetimes(ttlMs, now);
    // Read again at half time, so that a cipher handed out always has the other half to live.
    this.#staleMs = ttlMs / 2;
  }

  async forTenant(queryable: Queryable, tenantId: string): Promise<TenantCipher> {
    if (this.#closed) throw keyUnavailable('Encryption was closed.', { tenantId });
    const held = this.#held.get(tenantId);
    const alive = held?.life.state === 'alive' ? held : undefined;
    if (alive && !this.#shouldRefresh(alive)) return new FieldCipher(alive.keyring);
    return new FieldCipher(await (alive ? this.#refresh(queryable, alive) : this.#read(queryable, tenantId)));
  }

  /** The next one who asks reads the keys again. */
  forget(tenantId: string): void {
    this.#held.delete(tenantId);
  }

  /** Every cipher of this tenant that was handed out stops working. */
  destroyed(tenantId: string): void {
    this.#lifetimes.destroyed(tenantId);
    this.#held.delete(tenantId);
    this.#wrapping.forget(tenantId);
  }

  close(): void {
    this.#closed = true;
    this.#lifetimes.close();
    this.#held.clear();
  }

  #shouldRefresh({ keyring, life, refreshing }: Held): boolean {
    return !refreshing && (keyring.doubted || life.age >= this.#staleMs);
  }

  async #refresh(queryable: Queryable, held: Held): Promise<Keyring> {
    held.refreshing = true;
    try {
      return await this.#read(queryable, held.keyring.tenantId);
    } catch (error) {
      // A key provider that is away for a moment stops nobody whose keys may still be used.
      if (isAquiferError(error, 'AQF_KEY_UNAVAILABLE') && held.life.state === 'alive') return held.keyring;
      throw error;
    } finally {
      held.refreshing = false;
    }
  }

  async #read(queryable: Queryable, tenantId: string): Promise<Keyring> {
    const life = this.#lifetimes.begin(tenantId);
    const stored = await this.#readOrMake(queryable, tenantId);
    const keys = await Promise.all(stored.map((key) => this.#open(key, tenantId)));
    const keyring = new Keyring(tenantId, keys, life);
    if (!keyring.isEmpty && stored.every(({ committed }) => committed)) {
      this.#held.set(tenantId, { keyring, life, refreshing: false });
    }
    return keyring;
  }

  async #readOrMake(queryable: Queryable, tenantId: string): Promise<StoredKey[]> {
    const stored = await readKeys(queryable, tenantId);
    if (stored.length > 0 || (await isReadOnly(queryable))) return stored;
    const data = await this.#wrapping.make({ tenantId, purpose: 'data', version: 1 });
    const index = await this.#wrapping.make({ tenantId, purpose: 'index', version: 1 });
    await insertFirstKeys(queryable, [data, index]);
    return readKeys(queryable, tenantId);
  }

  async #open(stored: StoredKey, tenantId: string): Promise<DataKey> {
    const { purpose, version, writable } = stored;
    const key = stored.wrapped
      ? await this.#wrapping.open(stored, { tenantId, purpose, version })
      : undefined;
    return { purpose, version, key, writable };
  }
}

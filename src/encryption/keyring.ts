import { generateKeySync, type KeyObject } from 'node:crypto';
import { deriveIndexKey } from './blind-index.js';
import type { IndexedColumn } from './cipher.js';
import { type KeyPurpose, keyDestroyed, keyUnavailable } from './key-provider.js';

/** One version of a tenant's key, unwrapped. The KeyObject keeps the bytes outside of JavaScript's heap. */
export interface DataKey {
  readonly purpose: KeyPurpose;
  readonly version: number;
  /** Undefined once destroyed. */
  readonly key: KeyObject | undefined;
  /** Whether it may be written with: not retired, not destroyed, and known to every process by now. */
  readonly writable: boolean;
}

/** Whether the keys may still be used; asked on every use, so that a destroyed key is dead at once. */
export interface KeyringLife {
  readonly state: 'alive' | 'expired' | 'destroyed' | 'closed';
}

/** The keys of one tenant as they were read at one time. */
export class Keyring {
  readonly tenantId: string;
  /** Whether a value named a version that is not here: the keys should be read again. */
  doubted = false;
  readonly #life: KeyringLife;
  readonly #dataKeys: ReadonlyMap<number, DataKey>;
  readonly #indexKeys: readonly DataKey[];
  readonly #writeKey: DataKey | undefined;
  readonly #columnKeys = new Map<string, KeyObject>();

  constructor(tenantId: string, keys: readonly DataKey[], life: KeyringLife) {
    this.tenantId = tenantId;
    this.#life = life;
    const dataKeys = keys.filter(({ purpose }) => purpose === 'data');
    this.#dataKeys = new Map(dataKeys.map((key) => [key.version, key]));
    this.#indexKeys = keys.filter(({ purpose }) => purpose === 'index');
    this.#writeKey = newest(dataKeys);
  }

  get isEmpty(): boolean {
    return this.#dataKeys.size === 0;
  }

  /** The newest version that may be written with. @throws AQF_KEY_DESTROYED, AQF_KEY_UNAVAILABLE */
  writeKey(): { readonly version: number; readonly key: KeyObject } {
    this.#assertAlive();
    return { version: this.#writeKey?.version ?? 0, key: this.#usable(this.#writeKey) };
  }

  /**
   * The key of a version; undefined for one that this tenant does not have.
   * @throws AQF_KEY_DESTROYED, AQF_KEY_UNAVAILABLE
   */
  readKey(version: number): KeyObject | undefined {
    this.#assertAlive();
    const dataKey = this.#dataKeys.get(version);
    if (!dataKey) this.doubted = true;
    return dataKey && this.#usable(dataKey);
  }

  /** @throws AQF_KEY_DESTROYED, AQF_KEY_UNAVAILABLE */
  indexKey(column: IndexedColumn): KeyObject {
    this.#assertAlive();
    const name = JSON.stringify([column.table, column.column, column.match]);
    const known = this.#columnKeys.get(name);
    if (known) return known;
    const source = this.isEmpty ? throwAwayKey() : this.#usable(newest(this.#indexKeys));
    const derived = deriveIndexKey(source, column);
    this.#columnKeys.set(name, derived);
    return derived;
  }

  #usable(dataKey: DataKey | undefined): KeyObject {
    if (dataKey?.key) return dataKey.key;
    if (dataKey || this.#dataKeys.size > 0) throw keyDestroyed(this.tenantId);
    const message = `Tenant ${this.tenantId} has no key yet, and a read-only transaction cannot make one.`;
    throw keyUnavailable(message, { tenantId: this.tenantId });
  }

  #assertAlive(): void {
    const { state } = this.#life;
    if (state === 'alive') return;
    if (state === 'destroyed') throw keyDestroyed(this.tenantId);
    const message =
      state === 'closed'
        ? 'Encryption was closed.'
        : 'This cipher is older than the keys may be. Take one from forTenant() for each operation.';
    throw keyUnavailable(message, { tenantId: this.tenantId });
  }
}

/** A tenant without keys has stored no value, so that whatever is looked for must match nothing. */
function throwAwayKey(): KeyObject {
  return generateKeySync('aes', { length: 256 });
}

function newest(keys: readonly DataKey[]): DataKey | undefined {
  const byVersion = [...keys].sort((a, b) => b.version - a.version);
  return byVersion.find(({ writable }) => writable);
}

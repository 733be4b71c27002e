import {
  type Encryption,
  encryptedTables,
  type ReencryptOutcome,
  type RotateOptions,
} from '../encryption/index.js';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, SystemContext } from '../relational/index.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'key management' };

/** The life of the tenants' keys: `layer.keys`. */
export class Keys {
  readonly #relational: RelationalProvider;
  readonly #encryption: Encryption | undefined;

  constructor(relational: RelationalProvider, encryption: Encryption | undefined) {
    this.#relational = relational;
    this.#encryption = encryption;
  }

  /** Makes a next version of a tenant's key; what is written from its time on is encrypted with it. */
  rotate(tenantId: string, options?: RotateOptions) {
    return this.#opened().rotate(this.#relational, tenantId, options);
  }

  /** Rewrites what older versions, or nobody, encrypted. Stopped at any point, it goes on when called again. */
  async reencrypt(tenantId: string): Promise<ReencryptOutcome> {
    const tables = await this.#relational.transaction(CONTEXT, (tx) => encryptedTables(tx));
    return this.#opened().reencrypt(this.#relational, tenantId, tables);
  }

  /** Destroys all keys of a tenant: whatever they encrypted is lost, wherever it lies. Resolves to their number. */
  destroy(tenantId: string): Promise<number> {
    return this.#opened().destroyTenantKeys(this.#relational, tenantId);
  }

  /** Gives a tenant whose keys were destroyed new ones. What was lost stays lost. */
  reopen(tenantId: string): Promise<void> {
    return this.#opened().reopen(this.#relational, tenantId);
  }

  #opened(): Encryption {
    if (this.#encryption) return this.#encryption;
    throw new AquiferError('AQF_CIPHER_MISSING', 'This layer encrypts nothing: no key provider was given.');
  }
}

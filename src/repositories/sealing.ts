import type { CipherSource, TenantCipher } from '../encryption/index.js';
import { AquiferError } from '../errors/index.js';
import type { Row } from '../relational/index.js';
import type { Executor } from './executor.js';
import type { Model } from './model.js';
import type { Selection } from './statements/selection.js';

/**
 * The cipher that this entity's columns need; undefined when it needs none.
 * @throws AQF_CIPHER_MISSING; what the source throws
 */
export async function cipherFor(
  model: Model,
  executor: Executor,
  ciphers: CipherSource | undefined,
): Promise<TenantCipher | undefined> {
  if (model.sealed.length === 0) return undefined;
  if (ciphers) return ciphers.forTenant(executor, executor.tenantId);
  throw new AquiferError(
    'AQF_CIPHER_MISSING',
    `${model.entity} has encrypted columns and the session no ciphers.`,
    {
      facts: { entity: model.entity },
    },
  );
}

/** Decrypts in place. The rows have their key. @throws AQF_CIPHERTEXT_INVALID */
export function openRows(
  model: Model,
  rows: readonly Row[],
  { sealed }: Selection,
  cipher: TenantCipher | undefined,
): void {
  if (!cipher || sealed.length === 0) return;
  for (const row of rows) {
    const rowId = String(row[model.key.property]);
    for (const { property, name } of sealed) {
      const ciphertext = row[property];
      if (ciphertext === null) continue;
      row[property] = cipher.decrypt({ table: model.address, column: name, rowId }, ciphertext as string);
    }
  }
}

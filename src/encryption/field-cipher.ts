import { AquiferError } from '../errors/index.js';
import { seal, unseal } from './aead.js';
import { blindIndexValue, caseless } from './blind-index.js';
import type { FieldAddress, IndexedColumn, TenantCipher } from './cipher.js';
import type { Keyring } from './keyring.js';
import { assertWellFormed, lengthPrefixed } from './length-prefixed.js';
import { readSealed, writeSealed } from './sealed-text.js';

const LONGEST_PLAINTEXT_BYTES = 16 * 1024 * 1024;
/** Base64 takes four characters for three bytes; the rest is form, nonce and tag. */
const LONGEST_CIPHERTEXT = Math.ceil((LONGEST_PLAINTEXT_BYTES * 4) / 3) + 128;

export class FieldCipher implements TenantCipher {
  readonly #keyring: Keyring;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  encrypt(field: FieldAddress, plaintext: string): string {
    const { version, key } = this.#keyring.writeKey();
    const sealed = seal(key, this.#associated(field, version), bytesOf(plaintext));
    return writeSealed({ version, sealed });
  }

  decrypt(field: FieldAddress, ciphertext: string): string {
    const { version, sealed } = read(field, ciphertext);
    const key = this.#keyring.readKey(version);
    if (!key) throw invalid(field, `it names key version ${version}, which the tenant does not have`);
    const plaintext = unseal(key, this.#associated(field, version), sealed);
    if (!plaintext) throw invalid(field, 'it was not encrypted for this place, or was changed since');
    return plaintext.toString();
  }

  blindIndex(column: IndexedColumn, plaintext: string): string {
    const text = checked(plaintext);
    return blindIndexValue(
      this.#keyring.indexKey(column),
      column.match === 'caseless' ? caseless(text) : text,
    );
  }

  #associated({ table, column, rowId }: FieldAddress, version: number): Buffer {
    return lengthPrefixed([this.#keyring.tenantId, table, column, rowId, String(version)]);
  }
}

function read(field: FieldAddress, ciphertext: string) {
  const sealed =
    typeof ciphertext === 'string' && ciphertext.length <= LONGEST_CIPHERTEXT && readSealed(ciphertext);
  if (!sealed) throw invalid(field, 'it does not have the form of an encrypted value');
  return sealed;
}

function bytesOf(plaintext: string): Buffer {
  return Buffer.from(checked(plaintext));
}

function checked(plaintext: string): string {
  assertWellFormed(plaintext);
  if (plaintext.length <= LONGEST_PLAINTEXT_BYTES / 3) return plaintext;
  if (Buffer.byteLength(plaintext) <= LONGEST_PLAINTEXT_BYTES) return plaintext;
  const message = `A text to encrypt is longer than ${LONGEST_PLAINTEXT_BYTES} bytes.`;
  throw new AquiferError('AQF_ARGUMENT_INVALID', message, { facts: { limit: LONGEST_PLAINTEXT_BYTES } });
}

function invalid({ table, column, rowId }: FieldAddress, why: string): AquiferError {
  const message = `The encrypted value in ${table}.${column} cannot be opened: ${why}.`;
  return new AquiferError('AQF_CIPHERTEXT_INVALID', message, { facts: { table, column, rowId } });
}

import type { Queryable } from '../relational/index.js';

/** A column whose values are encrypted. */
export interface EncryptedColumn {
  /** `schema.table`, always with its schema, as the catalogue spells both and without quotes. */
  readonly table: string;
  readonly column: string;
}

/**
 * Where a value lives. It is bound to the ciphertext, which opens nowhere else: a row, column or table that is
 * renamed has to be encrypted again.
 */
export interface FieldAddress extends EncryptedColumn {
  /** The row's key without its tenant: `rowIdOf` of the key columns as PostgreSQL writes them (`id::text`). */
  readonly rowId: string;
}

/** Which column an index value is for, and which texts count as equal in it. */
export interface IndexedColumn extends EncryptedColumn {
  /**
   * `exact` compares code points. `caseless` ignores case and compatibility forms: NFKC, lower case, NFKC.
   * @default 'exact'
   */
  readonly match?: 'exact' | 'caseless';
}

/**
 * Encrypts and decrypts for one tenant. Take a new one from the source for each operation, it costs a look into
 * a map: this one stops working when the keys it holds have not been looked up again for `ttlMs`.
 */
export interface TenantCipher {
  /**
   * Text of the form `aqe1.<key version>.<base64url>`; never twice the same.
   * @throws AQF_KEY_DESTROYED; AQF_KEY_UNAVAILABLE; AQF_ARGUMENT_INVALID for text that is not well-formed Unicode
   *   or longer than 16 MiB in UTF-8
   */
  encrypt(field: FieldAddress, plaintext: string): string;
  /** @throws AQF_CIPHERTEXT_INVALID for anything that was not encrypted for this very address; AQF_KEY_DESTROYED; AQF_KEY_UNAVAILABLE */
  decrypt(field: FieldAddress, ciphertext: string): string;
  /**
   * 22 characters by which equal values of a column can be found without decrypting them.
   * @throws as `encrypt`
   */
  blindIndex(column: IndexedColumn, plaintext: string): string;
}

/** Where the ciphers of tenants come from. */
export interface CipherSource {
  /**
   * The cipher of a tenant. A tenant without keys gets its first ones through `queryable`, which may be an open
   * transaction: then they last as long as it does, so that a cipher is not carried past a rolled back savepoint.
   * @throws AQF_KEY_UNAVAILABLE when the key provider does not answer; what `queryable` throws
   */
  forTenant(queryable: Queryable, tenantId: string): Promise<TenantCipher>;
}

/** The `rowId` of a key of one or several columns, each as PostgreSQL writes it, in the catalogue's order. */
export function rowIdOf(key: readonly string[]): string {
  return key.length === 1 ? String(key[0]) : JSON.stringify(key);
}

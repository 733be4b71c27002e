export {
  type CipherSource,
  type EncryptedColumn,
  type FieldAddress,
  type IndexedColumn,
  rowIdOf,
  type TenantCipher,
} from './cipher.js';

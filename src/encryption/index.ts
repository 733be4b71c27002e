export {
  type CipherSource,
  type EncryptedColumn,
  type FieldAddress,
  type IndexedColumn,
  rowIdOf,
  type TenantCipher,
} from './cipher.js';
export { addressOf, type EncryptedTable, encryptedTables } from './encrypted-table.js';
export { Encryption, type EncryptionOptions, type RotateOptions } from './encryption.js';
export type { NewKeyVersion } from './key-lifecycle.js';
export type { KeyContext, KeyProvider, KeyPurpose } from './key-provider.js';
export { type AwsKmsOptions, awsKms } from './providers/aws-kms.js';
export { type GoogleKmsOptions, googleKms } from './providers/google-kms.js';
export { type LocalKeyFileOptions, localKeyFile } from './providers/local-key-file.js';
export type { ReencryptOptions, ReencryptOutcome } from './reencrypt.js';
export { unencryptedColumns } from './validate-checks.js';

import { join } from 'node:path';
import { Encryption, localKeyFile } from '../../src/encryption/index.js';

/** Ciphers with a key of their own in `folder`. */
export async function benchEncryption(folder: string): Promise<Encryption> {
  const provider = await localKeyFile({ path: join(folder, 'master.key'), missing: 'create' });
  return new Encryption({ provider });
}

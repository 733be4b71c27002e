import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AquiferConfig } from '../config/index.js';
import { Encryption, type KeyProvider, localKeyFile } from '../encryption/index.js';
import type { AnyEntity } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';

/**
 * The ciphers of the tenants, where something is encrypted. On the embedded database a key file beside it will do;
 * on a server, whose data others can reach, someone has to say who holds the key.
 */
export async function openEncryption(
  config: AquiferConfig,
  entities: readonly AnyEntity[],
  keys: KeyProvider | undefined,
): Promise<Encryption | undefined> {
  if (keys) return new Encryption({ provider: keys });
  const encrypted = entities.find(({ traits }) => traits.encrypted);
  if (!encrypted) return undefined;
  if (config.relational.provider !== 'embedded') {
    const message = `The entity ${encrypted.name} has encrypted columns, and no key provider was given.`;
    throw new AquiferError('AQF_CONFIG_INVALID', message, {
      hint: 'Pass createDataLayer({ keys: await awsKms(…) }), googleKms(…) or localKeyFile(…).',
    });
  }
  const folder = join(config.dataDir, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new Encryption({
    provider: await localKeyFile({ path: join(folder, 'master.key'), missing: 'create' }),
  });
}

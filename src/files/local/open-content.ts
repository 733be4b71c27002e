import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AquiferError, messageOf } from '../../errors/index.js';

/** @throws AQF_FILE_STORE_UNAVAILABLE before anything is read */
export async function openContent(path: string): Promise<Readable> {
  try {
    const file = await open(path, 'r');
    return file.createReadStream();
  } catch (error) {
    throw new AquiferError(
      'AQF_FILE_STORE_UNAVAILABLE',
      `The bytes of the file cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

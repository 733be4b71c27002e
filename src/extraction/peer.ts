import { AquiferError } from '../errors/index.js';

/**
 * Loads an optional package at its first use.
 *
 * @param install what to give to `npm install`, with a version that runs on every supported Node
 * @throws AQF_PEER_MISSING when it is not installed
 */
export async function loadPeer<T>(name: string, install: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new AquiferError(
      'AQF_PEER_MISSING',
      `This file needs the package ${name}, which is not installed.`,
      {
        hint: `npm install ${install}`,
        facts: { package: name },
      },
    );
  }
}

function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

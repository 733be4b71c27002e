import { AquiferError } from '../errors/index.js';

/** A package that not everyone needs and that is not installed with aquifer. */
export interface Peer {
  readonly name: string;
  /** What to give to `npm install`, with a version that runs on every supported Node. */
  readonly install: string;
  /** Begins the sentence "… needs the package x, which is not installed." */
  readonly neededBy: string;
}

/**
 * Loads an optional package at its first use.
 * @throws AQF_PEER_MISSING when it is not installed
 */
export async function loadPeer<T>({ name, install, neededBy }: Peer, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const message = `${neededBy} needs the package ${name}, which is not installed.`;
    throw new AquiferError('AQF_PEER_MISSING', message, {
      hint: `npm install ${install}`,
      facts: { package: name },
    });
  }
}

function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

import { loadPeer } from '../../peers/index.js';

export type Chroma = typeof import('chromadb');

/** @throws AQF_PEER_MISSING */
export function loadChroma(): Promise<Chroma> {
  const peer = { name: 'chromadb', install: 'chromadb@3', neededBy: 'A Chroma server' };
  return loadPeer(peer, () => import('chromadb'));
}

import type { VectorStore } from '../store.js';
import { ChromaConnection } from './connection.js';
import type { ChromaOptions } from './options.js';
import { loadChroma } from './peer.js';
import { ChromaStore } from './store.js';

/** A store that can tell whose vectors it has. */
export interface TenantsVectorStore extends VectorStore {
  /** Tenants that have a collection, in no order. */
  tenants(): Promise<readonly string[]>;
}

/**
 * Vectors on a Chroma server: a collection for each tenant, space and model. Needs the package `chromadb`; the server is
 * first asked at the first call.
 * @throws AQF_PEER_MISSING, AQF_ARGUMENT_INVALID for an address or a pattern of names that cannot be
 */
export async function openChromaStore(options: ChromaOptions): Promise<TenantsVectorStore> {
  return new ChromaStore(new ChromaConnection(await loadChroma(), options), options);
}

import type { AquiferConfig } from '../../../config/index.js';
import { AquiferError } from '../../../errors/index.js';
import { openRelational } from '../../../layer/index.js';
import { assertMigrated } from '../../../relational/index.js';
import { openChromaStore } from '../../../vectors/chroma/index.js';
import { pgvectorStore } from '../../../vectors/pgvector/index.js';
import type { VectorStore } from '../../../vectors/store.js';

export const STORE_KINDS = ['pgvector', 'chromadb'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

export interface OpenedStore {
  readonly store: VectorStore;
  close(): Promise<void>;
}

/** A store as the configuration describes it. */
export function openStore(kind: StoreKind, config: AquiferConfig): Promise<OpenedStore> {
  return kind === 'chromadb' ? openChroma(config) : openPgvector(config);
}

async function openChroma({ vectors: { chroma } }: AquiferConfig): Promise<OpenedStore> {
  const { url, token, collectionName } = chroma;
  if (url === undefined) {
    throw new AquiferError('AQF_CONFIG_INVALID', 'vectors.chroma.url is not set.', {
      hint: 'Set AQUIFER_VECTORS_CHROMA_URL, such as http://127.0.0.1:8000.',
    });
  }
  const store = await openChromaStore({ url, collectionName, ...(token !== undefined && { token }) });
  return { store, close: () => store.close() };
}

async function openPgvector(config: AquiferConfig): Promise<OpenedStore> {
  const provider = await openRelational(config);
  try {
    await assertMigrated(provider);
  } catch (error) {
    await provider.close();
    throw error;
  }
  const store = pgvectorStore(provider);
  const close = async () => {
    await store.close();
    await provider.close();
  };
  return { store, close };
}

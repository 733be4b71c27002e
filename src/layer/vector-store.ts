import type { AquiferConfig } from '../config/index.js';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { pgvectorStore, type VectorStore } from '../vectors/index.js';

/** Opens the vector store that the configuration names; the code of one that is not is never loaded. */
export async function openVectorStore(
  { vectors }: AquiferConfig,
  relational: RelationalProvider,
): Promise<VectorStore> {
  if (vectors.store === 'pgvector') return pgvectorStore(relational);
  const { url, token, collectionName } = vectors.chroma;
  if (!url) {
    throw new AquiferError(
      'AQF_CONFIG_INVALID',
      'vectors.store is chromadb, and nothing says where Chroma is.',
      {
        hint: 'Set VECTOR_DB_URL=http://host:8000.',
      },
    );
  }
  const { openChromaStore } = await import('../vectors/chroma/index.js');
  return openChromaStore({ url, ...(token && { token }), ...(collectionName && { collectionName }) });
}

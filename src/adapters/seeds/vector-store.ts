import { AquiferError } from '../../errors/index.js';
import type { TenantContext } from '../../relational/index.js';
import { tenantContext } from '../../tenancy/index.js';
import type { VectorHit, VectorRecord, VectorSpace, VectorStore } from '../../vectors/store.js';

export interface SeedVectorStoreFields {
  readonly store: VectorStore;
  readonly space: VectorSpace;
  /**
   * The user whose document this is; undefined where there is none. What only deletes by document asks it, because
   * ids of documents are unique within a user, and one user's must not take another's with it.
   */
  readonly ownerOf?: (documentId: string) => Promise<string | undefined>;
}

export interface FoundEmbedding {
  readonly id: string;
  readonly documentId: string;
  readonly text: string;
  /** Higher is nearer. */
  readonly score: number;
}

/** The vectors of one user. */
export interface UserVectorStore {
  createEmbeddings(
    documentId: string,
    embeddings: readonly (readonly number[] | Float32Array)[],
    texts: readonly string[],
  ): Promise<void>;
  queryEmbeddings(embedding: readonly number[] | Float32Array, topK?: number): Promise<FoundEmbedding[]>;
  deleteEmbeddingsByDocumentId(documentId: string): Promise<void>;
}

/** Vectors by user and document, in four calls. A user is a tenant. */
export interface SeedVectorStore {
  /**
   * Replaces the vectors of a document.
   * @throws AQF_ARGUMENT_INVALID when there is not one text for each vector; AQF_VECTOR_DIMENSIONS
   */
  createEmbeddings(
    userId: string,
    documentId: string,
    embeddings: readonly (readonly number[] | Float32Array)[],
    texts: readonly string[],
  ): Promise<void>;
  queryEmbeddings(
    embedding: readonly number[] | Float32Array,
    userId: string,
    topK?: number,
  ): Promise<FoundEmbedding[]>;
  /** @throws AQF_SCOPE_MISSING where nothing tells whose document it is: use `forUser`, or give `ownerOf` */
  deleteEmbeddingsByDocumentId(documentId: string): Promise<void>;
  /** Never rejects. */
  isAvailable(): Promise<boolean>;
  /** The same for one user, who need not be named again. */
  forUser(userId: string): UserVectorStore;
}

const DEFAULT_TOP_K = 10;

/** A vector store with the calls that chat applications begin with. */
export function seedVectorStore({ store, space, ownerOf }: SeedVectorStoreFields): SeedVectorStore {
  const forUser = (userId: string) => new User(store, space, tenantContext({ tenantId: userId }));
  return {
    forUser,
    createEmbeddings: async (userId, documentId, embeddings, texts) =>
      forUser(userId).createEmbeddings(documentId, embeddings, texts),
    queryEmbeddings: async (embedding, userId, topK) => forUser(userId).queryEmbeddings(embedding, topK),
    deleteEmbeddingsByDocumentId: async (documentId) => {
      if (!ownerOf) throw ownerUnknown();
      const owner = await ownerOf(documentId);
      if (owner !== undefined) await forUser(owner).deleteEmbeddingsByDocumentId(documentId);
    },
    isAvailable: () => store.isAvailable(),
  };
}

class User implements UserVectorStore {
  readonly #store: VectorStore;
  readonly #space: VectorSpace;
  readonly #context: TenantContext;

  constructor(store: VectorStore, space: VectorSpace, context: TenantContext) {
    this.#store = store;
    this.#space = space;
    this.#context = context;
  }

  async createEmbeddings(
    documentId: string,
    embeddings: readonly (readonly number[] | Float32Array)[],
    texts: readonly string[],
  ): Promise<void> {
    if (embeddings.length !== texts.length) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `There are ${embeddings.length} vectors and ${texts.length} texts; each vector needs its own.`,
      );
    }
    const records = embeddings.map((embedding, part) =>
      toRecord(documentId, part, embedding, texts[part] ?? ''),
    );
    await this.#store.upsert(this.#context, this.#space, records);
    // What an earlier, longer version of the document had beyond these.
    const filter = { document: documentId, part: { gte: records.length } };
    await this.#store.delete(this.#context, this.#space, { filter });
  }

  async queryEmbeddings(
    embedding: readonly number[] | Float32Array,
    topK: number = DEFAULT_TOP_K,
  ): Promise<FoundEmbedding[]> {
    const { hits } = await this.#store.query(this.#context, this.#space, Float32Array.from(embedding), {
      topK,
    });
    return hits.map(toFound);
  }

  async deleteEmbeddingsByDocumentId(documentId: string): Promise<void> {
    await this.#store.delete(this.#context, this.#space, { documentIds: [documentId] });
  }
}

function toRecord(
  documentId: string,
  part: number,
  embedding: readonly number[] | Float32Array,
  text: string,
): VectorRecord {
  return {
    id: `${documentId}#${part}`,
    documentId,
    text,
    metadata: { document: documentId, part },
    embedding: Float32Array.from(embedding),
  };
}

function toFound({ id, documentId, text, score }: VectorHit): FoundEmbedding {
  return { id, documentId: documentId ?? '', text: text ?? '', score };
}

function ownerUnknown(): AquiferError {
  return new AquiferError('AQF_SCOPE_MISSING', 'Nothing tells whose document this is.', {
    hint: 'Call forUser(userId).deleteEmbeddingsByDocumentId(id), or give seedVectorStore an ownerOf.',
  });
}

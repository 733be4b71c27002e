import type { DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { maximalMarginalRelevance } from '@langchain/core/utils/math';
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from '@langchain/core/vectorstores';
import { AquiferError } from '../../errors/index.js';
import type { Filter } from '../../filters/index.js';
import type { VectorHit, VectorQuery, VectorRecord } from '../../vectors/store.js';
import type { BoundVectors } from '../bound-vectors.js';
import { type Identified, identified, toDocument, toRecord } from './records.js';
import { type DeleteParameters, toSelection } from './selection.js';

export interface AquiferVectorStoreFields {
  readonly vectors: BoundVectors;
  /** The metadata key that names the document a passage is from, such as `source`. @default none */
  readonly documentKey?: string;
}

export interface AddOptions {
  /** One for each document; what was stored under them is replaced. @default the documents' own ids, or new ones */
  readonly ids?: readonly string[];
}

/** Texts in one call of the embeddings; so many vectors are in memory at a time. */
const EMBEDDED_AT_ONCE = 256;
/** Candidates among which MMR chooses, and the most that a query gives. */
const MMR_CANDIDATES = 20;
const MOST_HITS = 1000;

/**
 * A LangChain vector store on the vectors of one tenant. Filters are Aquifer's, scores are similarities: higher is
 * better. Metadata may be nested; filters see what is not.
 */
export class AquiferVectorStore extends VectorStore {
  declare FilterType: Filter;
  readonly #vectors: BoundVectors;
  readonly #documentKey: string | undefined;

  constructor(embeddings: EmbeddingsInterface, { vectors, documentKey }: AquiferVectorStoreFields) {
    // A serialised store must not carry what it stands on.
    super(embeddings, {});
    this.#vectors = vectors;
    this.#documentKey = documentKey;
  }

  override _vectorstoreType(): string {
    return 'aquifer';
  }

  /** Embeds and writes documents, as fast as they can be written; resolves to their ids. */
  override async addDocuments(documents: DocumentInterface[], options: AddOptions = {}): Promise<string[]> {
    const all = identified(documents, options.ids);
    await this.#vectors.upsert(this.#embedded(all));
    return all.map(({ id }) => id);
  }

  /** @throws AQF_ARGUMENT_INVALID when there is not one vector for each document; AQF_VECTOR_DIMENSIONS */
  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: AddOptions = {},
  ): Promise<string[]> {
    const all = identified(documents, options.ids);
    await this.#vectors.upsert(this.#records(all, vectors));
    return all.map(({ id }) => id);
  }

  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: Filter,
  ): Promise<[DocumentInterface, number][]> {
    const hits = await this.#query(query, { topK: k, ...(filter && { filter }) });
    return hits.map((hit) => [toDocument(hit), hit.score]);
  }

  /** Documents that are near to the question and not near to each other. */
  override async maxMarginalRelevanceSearch(
    query: string,
    { k, fetchK = MMR_CANDIDATES, lambda = 0.5, filter }: MaxMarginalRelevanceSearchOptions<Filter>,
  ): Promise<DocumentInterface[]> {
    const embedding = await this.embeddings.embedQuery(query);
    const topK = Math.min(Math.max(fetchK, k), MOST_HITS);
    const hits = await this.#query(embedding, { topK, withEmbeddings: true, ...(filter && { filter }) });
    const candidates = hits.map((hit) => Array.from(hit.embedding ?? []));
    return maximalMarginalRelevance(embedding, candidates, lambda, k).flatMap((chosen) => {
      const hit = hits[chosen];
      return hit ? [toDocument(hit)] : [];
    });
  }

  /** @throws AQF_ARGUMENT_INVALID when it is not clear what is meant */
  override async delete(parameters?: DeleteParameters): Promise<void> {
    await this.#vectors.delete(toSelection(parameters));
  }

  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    fields: AquiferVectorStoreFields,
  ): Promise<AquiferVectorStore> {
    const documents = texts.map((pageContent, index) => ({
      pageContent,
      metadata: { ...(Array.isArray(metadatas) ? metadatas[index] : metadatas) },
    }));
    return AquiferVectorStore.fromDocuments(documents, embeddings, fields);
  }

  static override async fromDocuments(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    fields: AquiferVectorStoreFields,
  ): Promise<AquiferVectorStore> {
    const store = new AquiferVectorStore(embeddings, fields);
    await store.addDocuments(documents);
    return store;
  }

  async *#embedded(all: readonly Identified[]): AsyncGenerator<VectorRecord> {
    for (let from = 0; from < all.length; from += EMBEDDED_AT_ONCE) {
      const some = all.slice(from, from + EMBEDDED_AT_ONCE);
      const texts = some.map(({ document }) => document.pageContent);
      yield* this.#records(some, await this.embeddings.embedDocuments(texts));
    }
  }

  #records(all: readonly Identified[], vectors: readonly number[][]): VectorRecord[] {
    if (vectors.length !== all.length) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `There are ${all.length} documents and ${vectors.length} vectors; each document needs its own.`,
      );
    }
    return all.map((one, index) => toRecord(one, vectors[index] ?? [], this.#documentKey));
  }

  async #query(embedding: readonly number[], query: VectorQuery): Promise<readonly VectorHit[]> {
    return (await this.#vectors.query(Float32Array.from(embedding), query)).hits;
  }
}

import { Document } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { SearchOptions, SearchResult } from '../../search/index.js';
import { passageText } from '../passage-text.js';
import type { Searchable } from '../searchable.js';

export interface AquiferRetrieverFields extends BaseRetrieverInput {
  /** A scope, or one of its collections. */
  readonly source: Searchable;
  /** Of every search. Snippets are left out unless asked for: documents carry the whole passage. */
  readonly options?: SearchOptions;
}

/** A LangChain retriever on the search of a scope: documents are passages, with their citation in the metadata. */
export class AquiferRetriever extends BaseRetriever {
  lc_namespace = ['aquifer', 'retrievers'];
  readonly #source: Searchable;
  readonly #options: SearchOptions;

  static override lc_name(): string {
    return 'AquiferRetriever';
  }

  constructor({ source, options, ...input }: AquiferRetrieverFields) {
    super(input);
    this.#source = source;
    this.#options = { snippets: false, ...options };
  }

  override async _getRelevantDocuments(question: string): Promise<Document[]> {
    return (await this.#source.search(question, this.#options)).map(toDocument);
  }
}

/** What the search says of a passage goes over metadata of the same name. */
function toDocument(result: SearchResult): Document {
  const { metadata, content: _, snippet: __, scores: ___, neighbours: ____, ...citation } = result;
  return new Document({
    id: `${citation.documentId}.${citation.ordinal}`,
    pageContent: passageText(result),
    metadata: { ...metadata, ...citation },
  });
}

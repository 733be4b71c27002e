import { collectionName } from '../collections/index.js';
import { Documents } from '../documents/index.js';
import { AquiferError } from '../errors/index.js';
import type { TenantContext } from '../relational/index.js';
import { type RetrievedContext, type RetrieveOptions, retrieve } from '../retrieval/index.js';
import { type SearchOptions, type SearchResults, search } from '../search/index.js';
import type { ScopeDependencies } from './scope.js';

/** One collection of a tenant: `scope.collection(name)`. Documents are written and questions asked with its own model. */
export class CollectionScope {
  readonly name: string;
  readonly documents: Documents;
  readonly #deps: ScopeDependencies;
  readonly #context: TenantContext;

  /** @throws AQF_ARGUMENT_INVALID for what cannot be a name */
  constructor(deps: ScopeDependencies, context: TenantContext, given: string) {
    const name = collectionName(given);
    this.name = name;
    this.documents = new Documents({ ...deps.documents, collection: name }, context);
    this.#deps = deps;
    this.#context = context;
  }

  /** As `scope.search`, in this collection. @throws AQF_COLLECTION_NOT_FOUND, AQF_ARGUMENT_INVALID */
  search(question: string, options?: Omit<SearchOptions, 'collections'>): Promise<SearchResults> {
    return search(this.#deps.search, this.#context, question, {
      ...checkedOptions(options),
      collections: [this.name],
    });
  }

  /** As `scope.retrieve`, from this collection. */
  retrieve(
    question: string,
    options?: RetrieveOptions<Omit<SearchOptions, 'collections'>>,
  ): Promise<RetrievedContext> {
    return retrieve((asked, wanted) => this.search(asked, wanted), question, options);
  }
}

function checkedOptions<T extends object>(options: T | undefined): T | undefined {
  if (options === undefined || (typeof options === 'object' && options !== null)) return options;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'The options of a search are an object.');
}

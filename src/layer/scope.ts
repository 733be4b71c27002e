import { type DocumentDependencies, Documents } from '../documents/index.js';
import type { TenantContext } from '../relational/index.js';
import { type SearchDependencies, type SearchOptions, type SearchResult, search } from '../search/index.js';

/** What a scope's capabilities stand on. */
export interface ScopeDependencies {
  readonly documents: DocumentDependencies;
  readonly search: SearchDependencies;
}

/** The only way to a tenant's data: everything reached from here is of this tenant. */
export class Scope {
  readonly tenantId: string;
  readonly documents: Documents;
  readonly #deps: ScopeDependencies;
  readonly #context: TenantContext;

  constructor(deps: ScopeDependencies, context: TenantContext) {
    this.tenantId = context.tenantId;
    this.documents = new Documents(deps.documents, context);
    this.#deps = deps;
    this.#context = context;
  }

  /**
   * Ranks the chunks of this tenant's documents for a question.
   * @throws AQF_ARGUMENT_INVALID for an empty or overlong question and for unknown options
   */
  search(question: string, options?: SearchOptions): Promise<SearchResult[]> {
    return search(this.#deps.search, this.#context, question, options);
  }
}

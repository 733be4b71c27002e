import type { AnyEntity } from '../entities/index.js';
import type { FieldName, Found, Include, Ranked, Repository } from '../repositories/index.js';
import { type RowSearchOptions, type SearchDependencies, searchRows } from '../search/index.js';

/** The rows of one entity, to be searched: `scope.entity(…)`. */
export class EntityScope<E extends AnyEntity> {
  readonly #search: SearchDependencies;
  readonly #repository: Repository<E>;

  constructor(search: SearchDependencies, repository: Repository<E>) {
    this.#search = search;
    this.#repository = repository;
  }

  /**
   * Rows for a question, best first: ranked as documents are, filtered by typed fields, under the policies of the scope.
   * A row is found once it was indexed, which the embedding work does moments after it was written.
   * @throws AQF_ARGUMENT_INVALID, AQF_FIELD_UNKNOWN; AQF_ENTITY_INVALID when the entity is not searchable
   */
  search<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    question: string,
    options?: RowSearchOptions<E, S, I>,
  ): Promise<Ranked<Found<E, S, I>>[]> {
    return searchRows<E, S, I>(this.#search, this.#repository, question, options);
  }
}

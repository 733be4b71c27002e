import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import { collectionName, parseCollectionSettings, parseNewCollection } from './input.js';
import * as queries from './queries.js';
import type { Collection, CollectionSettings, NewCollection } from './types.js';

/** The collections of one tenant: `scope.collections`. What a scope's roles may not read it does not see. */
export class Collections {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;

  constructor(relational: RelationalProvider, context: TenantContext) {
    this.#relational = relational;
    this.#context = context;
  }

  /** In the order of their names. */
  async list(): Promise<Collection[]> {
    return this.#query<Collection & Row>(queries.LIST, []);
  }

  /** @throws AQF_COLLECTION_NOT_FOUND */
  async get(name: string): Promise<Collection> {
    const [found] = await this.#query<Collection & Row>(queries.GET, [collectionName(name)]);
    if (!found) throw notFound(name);
    return found;
  }

  /** @throws AQF_ARGUMENT_INVALID, AQF_COLLECTION_EXISTS */
  async create(collection: NewCollection): Promise<Collection> {
    const { name, language, chunking, model, retentionDays, readers, writers } =
      parseNewCollection(collection);
    const settings = [language ?? 'auto', JSON.stringify(chunking ?? {}), model, retentionDays];
    const values = [name, ...settings, readers, writers].map((value) => value ?? null);
    const created = await this.#query(queries.CREATE, values);
    if (created.length === 0) {
      throw new AquiferError('AQF_COLLECTION_EXISTS', `There is a collection ${name} already.`);
    }
    return this.#shown(name, collection);
  }

  /**
   * Language and chunking hold for documents that are ingested from then on.
   * @throws AQF_ARGUMENT_INVALID, AQF_COLLECTION_NOT_FOUND, AQF_COLLECTION_FORBIDDEN
   */
  async update(name: string, settings: CollectionSettings): Promise<Collection> {
    const changes = parseCollectionSettings(settings);
    await this.get(name);
    const updated = await this.#query(queries.UPDATE, [name, JSON.stringify(changes)]);
    if (updated.length === 0) throw forbidden(name);
    return this.#shown(name, settings);
  }

  /** Removes the collection with its documents. @throws AQF_COLLECTION_NOT_FOUND, AQF_COLLECTION_FORBIDDEN */
  async delete(name: string): Promise<void> {
    await this.get(name);
    const deleted = await this.#query(queries.DELETE, [name]);
    if (deleted.length === 0) throw forbidden(name);
  }

  /** Whoever gives the reading away does not see it any more. */
  async #shown(name: string, given: CollectionSettings): Promise<Collection> {
    const [found] = await this.#query<Collection & Row>(queries.GET, [name]);
    if (found) return found;
    throw new AquiferError(
      'AQF_COLLECTION_FORBIDDEN',
      `The collection ${name} is stored, and its readers are ${(given.readers ?? []).join(', ')}: this scope has none of these roles.`,
    );
  }

  async #query<R extends Row>(text: string, values: readonly unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(this.#context, { text, values })).rows;
  }
}

function notFound(name: string): AquiferError {
  return new AquiferError(
    'AQF_COLLECTION_NOT_FOUND',
    `There is no collection ${JSON.stringify(name)} in this tenant.`,
  );
}

function forbidden(name: string): AquiferError {
  return new AquiferError('AQF_COLLECTION_FORBIDDEN', `The roles of this scope may not write to ${name}.`);
}

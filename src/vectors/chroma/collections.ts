import type { ChromaClient, Collection } from 'chromadb';
import type { VectorSpace } from '../store.js';
import { collectionNames } from './collection-name.js';
import type { ChromaConnection } from './connection.js';
import { failureOf, toAquiferError } from './failures.js';
import {
  type CollectionFacts,
  checkFacts,
  factsOf,
  toCollectionMetadata,
  toConfiguration,
} from './space-facts.js';

const PAGE = 1000;
const MOST_KNOWN = 10_000;

export type Work<T> = (collection: Collection) => Promise<T>;

/** The collections of all tenants: found by name, made when first written to. */
export class ChromaCollections {
  readonly #connection: ChromaConnection;
  readonly #nameOf: (tenant: string, space: VectorSpace) => string;
  /** Ids by name, of collections whose facts were checked. */
  readonly #ids = new Map<string, { readonly id: string; readonly facts: CollectionFacts }>();

  constructor(connection: ChromaConnection, pattern: string) {
    this.#connection = connection;
    this.#nameOf = collectionNames(pattern);
  }

  /** Works on the collection of a space, or gives `absent` where there is none. */
  async read<T>(facts: CollectionFacts, absent: T, work: Work<T>): Promise<T> {
    return this.#retried(async () => {
      const id = await this.#find(facts);
      return id === undefined ? absent : this.#on(id, work);
    });
  }

  /** Works on the collection of a space, which is made where there is none. */
  async write(facts: CollectionFacts, work: Work<void>, signal?: AbortSignal): Promise<void> {
    return this.#retried(async () => {
      const id = (await this.#find(facts, signal)) ?? (await this.#create(facts, signal));
      await this.#on(id, work, signal);
    });
  }

  /** Those of one tenant, or of all. */
  async list(tenant?: string): Promise<{ readonly name: string; readonly facts: CollectionFacts }[]> {
    const found = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.#request((client) => client.listCollections({ limit: PAGE, offset }));
      for (const { name, metadata } of page) {
        const facts = factsOf(metadata);
        if (facts && (tenant === undefined || facts.tenant === tenant)) found.push({ name, facts });
      }
      if (page.length < PAGE) return found;
    }
  }

  /** Removes the collection of a space; nothing where there is none. */
  async drop(facts: CollectionFacts): Promise<void> {
    if ((await this.#find(facts)) !== undefined)
      await this.dropNamed(this.#nameOf(facts.tenant, facts.space));
  }

  async dropNamed(name: string): Promise<void> {
    this.#ids.delete(name);
    try {
      await this.#request((client) => client.deleteCollection({ name }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #on<T>(id: string, work: Work<T>, signal?: AbortSignal): Promise<T> {
    return this.#request((client) => work(client.collection(id)), signal);
  }

  /** A collection that another process removed is looked for once more. */
  async #retried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isGone(error)) throw asAquiferError(error, this.#connection.address);
    }
    this.#ids.clear();
    try {
      return await work();
    } catch (error) {
      throw asAquiferError(error, this.#connection.address);
    }
  }

  async #find(wanted: CollectionFacts, signal?: AbortSignal): Promise<string | undefined> {
    const name = this.#nameOf(wanted.tenant, wanted.space);
    const known = this.#ids.get(name);
    if (known) {
      checkFacts({ name, metadata: toCollectionMetadata(known.facts) }, wanted);
      return known.id;
    }
    try {
      return this.#remember(await this.#request((client) => client.getCollection({ name }), signal), wanted);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #create(wanted: CollectionFacts, signal?: AbortSignal): Promise<string> {
    const name = this.#nameOf(wanted.tenant, wanted.space);
    const made = {
      name,
      // Without it the client would take Chroma's default model, and embed texts a second time.
      embeddingFunction: null,
      metadata: toCollectionMetadata(wanted),
      configuration: toConfiguration(wanted.space),
    };
    try {
      return this.#remember(await this.#request((client) => client.createCollection(made), signal), wanted);
    } catch (error) {
      if (failureOf(error) !== 'taken') throw error;
      return this.#remember(await this.#request((client) => client.getCollection({ name }), signal), wanted);
    }
  }

  #remember(collection: Collection, wanted: CollectionFacts): string {
    checkFacts(collection, wanted);
    if (this.#ids.size >= MOST_KNOWN) this.#ids.clear();
    this.#ids.set(collection.name, { id: collection.id, facts: wanted });
    return collection.id;
  }

  #request<T>(work: (client: ChromaClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#connection.request(work, signal);
  }
}

function isGone(error: unknown): boolean {
  return isChromaError(error) && failureOf(error) === 'gone';
}

function asAquiferError(error: unknown, address: string): unknown {
  return isChromaError(error) ? toAquiferError(error, address) : error;
}

function isChromaError(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('Chroma');
}

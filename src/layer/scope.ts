import { ApiKeys } from '../accounts/index.js';
import { AuditTrail } from '../audit/index.js';
import type { Cache } from '../cache/index.js';
import { Collections } from '../collections/index.js';
import { type DocumentDependencies, Documents } from '../documents/index.js';
import { type DailyUsage, embedTexts, type UsageQuery, usage } from '../embeddings/index.js';
import type { CipherSource } from '../encryption/index.js';
import type { AnyEntity } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';
import { type FileDependencies, Files } from '../files/index.js';
import type { Follower, FollowOptions, Live } from '../live/index.js';
import { TenantFigures } from '../operations/index.js';
import {
  assertInScope,
  type QueryOptions,
  type QueryResult,
  type RawResult,
  type RelationalProvider,
  type Row,
  type Statement,
  type TenantContext,
  type TransactionOptions,
} from '../relational/index.js';
import { type BaseSession, type Repository, type ScopedDrizzle, Session } from '../repositories/index.js';
import { createResponseCache, type ResponseCache } from '../results/index.js';
import {
  type Answer,
  type AnswerOptions,
  answer,
  type ChatModel,
  keepWhole,
  type RetrievedContext,
  type RetrieveOptions,
  retrieve,
} from '../retrieval/index.js';
import { type SearchDependencies, type SearchOptions, type SearchResults, search } from '../search/index.js';
import { Uploads } from '../uploads/index.js';
import { BoundSpace, type Metric, type VectorStore } from '../vectors/index.js';
import { RowVersions } from '../versions/index.js';
import { type TenantQueue, WriteBehind } from '../write-behind/index.js';
import type { Caches } from './caches.js';
import { CollectionScope } from './collection-scope.js';
import { EntityScope } from './entity-scope.js';

/** What a scope's capabilities stand on. */
export interface ScopeDependencies {
  readonly relational: RelationalProvider;
  readonly ciphers: CipherSource | undefined;
  readonly documents: DocumentDependencies;
  readonly files: FileDependencies;
  /** Told when files were queued to be made documents. */
  readonly onQueued: () => void;
  readonly search: SearchDependencies;
  readonly caches: Caches;
  readonly vectors: VectorStore;
  /** The same database, where the building of indexes is counted. */
  readonly indexing: RelationalProvider;
  readonly live: Live;
  /** The entities that the layer was opened with, by name. */
  readonly entities: ReadonlyMap<string, AnyEntity>;
  /** @throws AQF_CONFIG_INVALID when no chat model is configured */
  chat(): ChatModel;
}

/** The space of a program's own vectors. */
export interface SpaceOptions {
  /** The id of the model that makes them. @default that of the layer */
  readonly model?: string;
  /** @default those of the layer's model */
  readonly dimensions?: number;
  /** @default 'cosine' */
  readonly metric?: Metric;
}

/** The only way to a tenant's data: everything reached from here is of this tenant. */
export class Scope {
  readonly tenantId: string;
  readonly documents: Documents;
  /** What is kept as it came: bytes of any kind, with a name and a media type. */
  readonly files: Files;
  /** Files on their way to being documents. */
  readonly uploads: Uploads;
  /** Who did what. Changes of audited entities are in it by themselves. */
  readonly audit: AuditTrail;
  /** The keys by which programs reach this tenant from outside. */
  readonly apiKeys: ApiKeys;
  /** What is stored, and what waits. */
  readonly figures: TenantFigures;
  /** Where documents are kept: each collection with its own model, chunking, language, retention and roles. */
  readonly collections: Collections;
  readonly #deps: ScopeDependencies;
  readonly #context: TenantContext;
  readonly #session: Session;
  #cache: Cache | undefined;
  #responses: ResponseCache | undefined;

  constructor(deps: ScopeDependencies, context: TenantContext) {
    this.tenantId = context.tenantId;
    this.documents = new Documents(deps.documents, context);
    this.files = new Files(deps.files, context);
    this.uploads = new Uploads(
      { relational: deps.relational, files: this.files, onQueued: deps.onQueued },
      context,
    );
    this.audit = new AuditTrail(deps.relational, context);
    this.apiKeys = new ApiKeys(deps.relational, context);
    this.collections = new Collections(deps.relational, context);
    this.figures = new TenantFigures(deps.relational, context);
    this.#deps = deps;
    this.#context = context;
    this.#session = new Session(deps.relational, context, {
      ciphers: deps.ciphers,
      onChange: deps.caches.onChange,
    });
  }

  /**
   * Ranks the chunks of this tenant's documents for a question.
   * @throws AQF_ARGUMENT_INVALID for an empty or overlong question and for unknown options
   */
  search(question: string, options?: SearchOptions): Promise<SearchResults> {
    return search(this.#deps.search, this.#context, question, options);
  }

  /** One collection: its documents, and search in it alone. */
  collection(name: string): CollectionScope {
    return new CollectionScope(this.#deps, this.#context, name);
  }

  /**
   * Searches, and makes one text of what was found for a language model to answer from, with numbered citations.
   * @throws AQF_ARGUMENT_INVALID
   */
  retrieve(question: string, options?: RetrieveOptions): Promise<RetrievedContext> {
    return retrieve((asked, wanted) => this.search(asked, wanted), question, options);
  }

  /**
   * Answers a question from what a search finds, with citations; equal questions about equal passages once.
   * @throws AQF_CONFIG_INVALID when no chat model is configured; AQF_CHAT_FAILED, AQF_ARGUMENT_INVALID
   */
  async answer(question: string, options?: AnswerOptions): Promise<Answer> {
    const chat = this.#deps.chat();
    this.#responses ??= createResponseCache(this.cache, { keep: keepWhole });
    const search = (asked: string, wanted: SearchOptions) => this.search(asked, wanted);
    return answer({ search, chat, responses: this.#responses }, question, options);
  }

  /** Vectors that a program makes itself, in a space of this name. @throws AQF_ARGUMENT_INVALID */
  vectors(name: string, options: SpaceOptions = {}): BoundSpace {
    if (typeof options !== 'object' || options === null) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'The options of vectors are an object.');
    }
    const { model } = this.#deps.search.embedder;
    const { metric = 'cosine', model: id = model.id, dimensions = model.dimensions } = options;
    const space = { name, model: id, dimensions, metric };
    return new BoundSpace(this.#deps.vectors, this.#deps.indexing, this.#context, space);
  }

  /**
   * The rows of an entity, to be searched. @param entity itself, or the name of one that the layer was opened with
   * @throws AQF_ARGUMENT_INVALID for a name that is unknown
   */
  entity<E extends AnyEntity>(entity: E | string): EntityScope<E> {
    const found = typeof entity === 'string' ? this.#deps.entities.get(entity) : entity;
    if (typeof found !== 'object' || found === null) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `The layer was opened with no entity ${typeof entity === 'string' ? JSON.stringify(entity) : 'of this kind'}.`,
      );
    }
    return new EntityScope(this.#deps.search, this.repository(found as E));
  }

  /**
   * One unit vector for each text. @param options.model the id of a model. Default: that of the layer
   * @throws AQF_ARGUMENT_INVALID, AQF_MODEL_UNKNOWN; AQF_EMBEDDING_FAILED and its like
   */
  async embed(texts: readonly string[], options: { readonly model?: string } = {}): Promise<Float32Array[]> {
    const { embedder: main, embedderOf } = this.#deps.documents;
    const { model = main.model.id } = Object(options) as { readonly model?: string };
    if (typeof model !== 'string') {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'The model of embed is the id of one, as text.');
    }
    const embedder = model === main.model.id ? main : await embedderOf?.(model);
    if (!embedder) {
      throw new AquiferError('AQF_MODEL_UNKNOWN', `The model ${JSON.stringify(model)} is not served here.`);
    }
    return embedTexts(embedder, texts, { tenantId: this.tenantId });
  }

  /** What embedding took, by day and model. */
  embeddingUsage(query?: UsageQuery): Promise<DailyUsage[]> {
    return usage(this.#deps.relational, this.#context, query);
  }

  /**
   * This tenant's cache: in this process, and shared with others where the configuration says so. What was made of rows
   * is removed when they change, whoever writes them, if it carries the tags of `entityTag`.
   */
  get cache(): Cache {
    this.#cache ??= this.#deps.caches.of(this.tenantId);
    return this.#cache;
  }

  /** This tenant's side of a queue that `layer.writeBehind` opened. */
  writeBehind<V>(queue: WriteBehind<V>): TenantQueue<V> {
    if (!(queue instanceof WriteBehind)) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'writeBehind takes a queue that layer.writeBehind() opened.',
      );
    }
    return queue.forTenant(this.#context);
  }

  /** The rows of an entity. */
  repository<E extends AnyEntity>(entity: E): Repository<E> {
    return this.#session.repository(entity);
  }

  /**
   * Runs `work` in one transaction: committed when it resolves, undone when it rejects.
   * @throws what `work` throws; a DatabaseError
   */
  transaction<T>(work: (session: BaseSession) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#session.transaction(work, options);
  }

  /** Drizzle, bound to this tenant: for what repositories do not say. */
  get drizzle(): ScopedDrizzle {
    return this.#session.drizzle;
  }

  /** SQL as it is, with `$1…` bound, under the policies of the tenant. */
  query<R extends Row = Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#session.query<R>(sql, params);
  }

  /** For drivers of other libraries: rows as arrays, dates, timestamps and intervals as text. */
  async queryRaw(statement: Statement, options?: QueryOptions): Promise<RawResult> {
    assertInScope(statement.text);
    return this.#deps.relational.queryRaw(this.#context, statement, options);
  }

  /**
   * Revisions and branches of one row of a versioned entity.
   * @param id the key without the tenant; of several columns as a JSON array
   */
  versions(entity: AnyEntity | string, id: string): RowVersions {
    const name = typeof entity === 'string' ? entity : entity?.name;
    return new RowVersions(this.#deps.relational, this.#context, name, id);
  }

  /**
   * Follows this tenant's committed changes, in commit order, from now on or from where an earlier follower was: nothing is
   * passed over and nothing comes twice, wherever the earlier one ran. Of documents in collections that the scope may not
   * read nothing is told. To be closed, or read to the end.
   * @throws AQF_ARGUMENT_INVALID; AQF_POSITION_LOST
   */
  follow(options?: FollowOptions): Promise<Follower> {
    const { roles = [], flags = [] } = this.#context;
    return this.#deps.live.follow(this.tenantId, options, flags.includes('collections') ? null : roles);
  }

  /**
   * How far the writes of this scope went, for `layer.scope({ position })` in the next request: replicas that are
   * behind it do not serve its reads. Undefined before the first write, and where there are no replicas.
   */
  get position(): string | undefined {
    return this.#context.position?.token;
  }
}

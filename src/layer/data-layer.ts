import { Authenticator, type AuthenticatorOptions, Tenants } from '../accounts/index.js';
import type { CacheStats } from '../cache/index.js';
import type { ResolvedConfig } from '../config/index.js';
import type { DocumentDependencies } from '../documents/index.js';
import type { EmbeddingModel, UsageMeter } from '../embeddings/index.js';
import type { Encryption } from '../encryption/index.js';
import type { AnyEntity } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';
import type { Relay } from '../events/index.js';
import type { Extractor } from '../extraction/index.js';
import { type FileDependencies, Files } from '../files/index.js';
import { Live } from '../live/index.js';
import type { Maintenance, MaintenanceReport } from '../maintenance/index.js';
import type { KnowledgeFigures, KnowledgeSource, Metrics } from '../metrics/index.js';
import { Installation } from '../operations/index.js';
import type {
  JsonValue,
  PoolFigures,
  ProviderHealth,
  RelationalProvider,
  SlowStatements,
} from '../relational/index.js';
import { type ChatModel, openChat } from '../retrieval/index.js';
import { ModelsInUse, SearchMeter } from '../search/index.js';
import { type ScopeOptions, systemContext, tenantContext } from '../tenancy/index.js';
import type { UploadWorker } from '../uploads/index.js';
import { collectionFigures, RecallSamples, type VectorStore } from '../vectors/index.js';
import { createWriteBehind, type WriteBehind, type WriteBehindOptions } from '../write-behind/index.js';
import { housekeeping, uploadWorker } from './background.js';
import type { Caches } from './caches.js';
import type { Embedders } from './embedders.js';
import { EmbeddingWork } from './embedding-work.js';
import { lazyFileStore } from './file-store.js';
import { IndexBuilds } from './index-builds.js';
import { Keys } from './keys.js';
import { type OpenBuckets, openBuckets } from './rate-buckets.js';
import { Scope } from './scope.js';
import { System } from './system.js';

/** The parts a data layer is composed of; it owns them and closes them. */
export interface LayerParts {
  readonly config: ResolvedConfig;
  readonly relational: RelationalProvider;
  readonly slowStatements?: SlowStatements;
  readonly extractor: Extractor;
  readonly embedders: Embedders;
  readonly usage: UsageMeter;
  readonly vectors: VectorStore;
  readonly entities: readonly AnyEntity[];
  readonly encryption: Encryption | undefined;
  readonly relay: Relay;
  readonly maintenance: Maintenance;
  /** Which `maintenance` builds indexes through. */
  readonly indexBuilds?: IndexBuilds;
  readonly caches: Caches;
}

/** An open data layer. Tenant data is reached through `scope()`; `close()` ends everything it started. */
export class DataLayer implements AsyncDisposable {
  readonly config: ResolvedConfig;
  /** The life of the tenants' keys. */
  readonly keys: Keys;
  /** The tenants that operators have named. */
  readonly tenants: Tenants;
  /** What is embedded later: backlog, failures, the change of a model. */
  readonly embedding: EmbeddingWork;
  /** Figures of the installation, for operators. */
  readonly installation: Installation;
  readonly #parts: LayerParts;
  readonly #models = new ModelsInUse();
  readonly #meter = new SearchMeter();
  readonly #samples: RecallSamples;
  readonly #indexBuilds: IndexBuilds;
  readonly #indexing: RelationalProvider;
  readonly #live: Live;
  readonly #documents: DocumentDependencies;
  readonly #files: FileDependencies;
  readonly #uploads: UploadWorker;
  readonly #entities: ReadonlyMap<string, AnyEntity>;
  #chat: ChatModel | undefined;
  readonly #queues: { close(): Promise<void> }[] = [];
  #metrics: Promise<Metrics> | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: LayerParts) {
    this.config = parts.config;
    this.#parts = parts;
    this.#samples = new RecallSamples(parts.relational);
    this.#indexBuilds = parts.indexBuilds ?? new IndexBuilds();
    this.#indexing = this.#indexBuilds.through(parts.relational);
    this.keys = new Keys(parts.relational, parts.encryption);
    this.tenants = new Tenants(parts.relational);
    this.#live = new Live(parts.relational);
    this.installation = new Installation(parts.relational, parts.slowStatements);
    this.#entities = new Map(parts.entities.map((entity) => [entity.name, entity]));
    this.embedding = new EmbeddingWork({
      ...parts,
      config: parts.config.values,
      onDocumentsChange: parts.caches.onDocumentsChange,
    });
    this.#documents = this.#documentParts();
    this.#files = { relational: parts.relational, store: lazyFileStore(parts.config.values.dataDir) };
    parts.maintenance.include(housekeeping(this.#files, parts.config.values.documents.retentionDays));
    this.#uploads = uploadWorker({
      documents: this.#documents,
      files: this.#files,
      concurrency: parts.config.values.jobs.concurrency,
      maxBytes: parts.config.values.extraction.limits.maxBytes,
    });
    if (parts.entities.some(({ traits }) => traits.searchable)) this.embedding.startIfWanted();
  }

  /** @throws AQF_SCOPE_MISSING, AQF_ARGUMENT_INVALID, AQF_LAYER_CLOSED */
  scope(options: ScopeOptions): Scope {
    this.#assertOpen();
    const { relational, embedders, encryption, config, caches, vectors } = this.#parts;
    const embedder = embedders.main;
    const { search } = config.values;
    const deps = {
      relational,
      ciphers: encryption,
      documents: this.#documents,
      files: this.#files,
      onQueued: this.#startUploads,
      search: {
        relational,
        embedder,
        settings: search,
        models: { embedderOf: embedders.of, inUse: this.#models },
        meter: this.#meter,
        samples: this.#samples,
      },
      caches,
      vectors,
      indexing: this.#indexing,
      entities: this.#entities,
      chat: () => this.#openChat(),
      live: this.#live,
    };
    return new Scope(deps, tenantContext(options));
  }

  /** Work across tenants, for a reason that the audit keeps. @throws AQF_ARGUMENT_INVALID without a reason */
  system(reason: string): System {
    this.#assertOpen();
    return new System(this.#parts.relational, systemContext(reason));
  }

  /** Tells who a credential is that comes from outside. @throws AQF_CONFIG_INVALID */
  authenticator(options?: AuthenticatorOptions): Authenticator {
    return new Authenticator(this.#parts.relational, options);
  }

  /** Where rate limits of all servers are counted. @throws AQF_CONFIG_INVALID, AQF_PEER_MISSING */
  rateBuckets(): Promise<OpenBuckets> {
    return openBuckets(this.config.values, this.#parts.relational);
  }

  /** Every committed change of every tenant, in commit order, to whoever subscribes. */
  get events(): Relay {
    return this.#parts.relay;
  }

  /** Seals the audit, prepares partitions, purges and prunes; undefined when another process is at it. */
  maintain(): Promise<MaintenanceReport | undefined> {
    return this.#parts.maintenance.run();
  }

  /** The entities that the layer was opened with, by name. */
  get entities(): ReadonlyMap<string, AnyEntity> {
    return this.#entities;
  }

  /**
   * Does in this process what is to be done in the background, until the layer closes: uploads become documents, what waits
   * is embedded, the audit is sealed, what has expired is removed. Servers call it; several may on one database.
   */
  startWork(): void {
    this.#assertOpen();
    this.#startUploads();
    this.embedding.startIfNeeded().catch((error: Error) => process.emitWarning(error));
    this.#parts.maintenance.start();
  }

  /** Connections at this moment; undefined where there is no pool. */
  pool(): PoolFigures | undefined {
    return this.#parts.relational.pool();
  }

  /** What the caches of all tenants have done in this process. */
  cacheStats(): CacheStats {
    return this.#parts.caches.engine.stats();
  }

  /** The figures of this process in the text format of Prometheus. */
  async metrics(): Promise<string> {
    this.#metrics ??= this.#openMetrics();
    return (await this.#metrics).metrics();
  }

  /** What this process and the database know of search, vectors and embedding: the figures behind those metrics. */
  async knowledgeFigures(): Promise<KnowledgeFigures> {
    this.#assertOpen();
    const { knowledgeFigures } = await import('../metrics/index.js');
    return knowledgeFigures(this.#knowledge());
  }

  /**
   * Opens a queue of writes that reach their destination a little later, kept in the database until then. Tenants put into
   * it through `scope.writeBehind(queue)`. Closed with the layer.
   * @throws AQF_ARGUMENT_INVALID
   */
  writeBehind<V = JsonValue>(options: Omit<WriteBehindOptions<V>, 'relational'>): WriteBehind<V> {
    this.#assertOpen();
    const queue = createWriteBehind<V>({ ...options, relational: this.#parts.relational });
    this.#queues.push(queue);
    return queue;
  }

  /** The model whose vectors are stored and searched. */
  get embeddingModel(): EmbeddingModel {
    return this.#parts.embedders.main.model;
  }

  health(): Promise<ProviderHealth> {
    return this.#parts.relational.health();
  }

  /**
   * Ends everything the layer started. A statement under way is waited for; an ingest or a search that needs
   * more than that is refused with AQF_LAYER_CLOSED, and what it had not stored is not stored. Safe to call twice.
   */
  close(): Promise<void> {
    this.#closed ??= this.#closeParts();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeParts(): Promise<void> {
    const { relational, extractor, embedders, encryption, relay, maintenance, caches, vectors, usage } =
      this.#parts;
    // What a queue could not flush stays in its journal, and the rest is closed all the same.
    await Promise.allSettled(this.#queues.map((queue) => queue.close()));
    await Promise.allSettled([this.#uploads.stop(), this.embedding.close()]);
    await Promise.all([
      relay.close(),
      maintenance.stop(),
      caches.close(),
      vectors.close(),
      this.#samples.idle(),
    ]);
    encryption?.close();
    await Promise.all([extractor.close(), embedders.close()]);
    // After the last use, and while there is a database to write it to.
    await Promise.allSettled([usage.close()]);
    await relational.close();
  }

  readonly #startUploads = (): void => {
    if (this.config.values.jobs.worker) this.#uploads.start();
  };

  #documentParts(): DocumentDependencies {
    const { relational, extractor, embedders, config, caches } = this.#parts;
    return {
      relational,
      extractor,
      embedder: embedders.main,
      embedderOf: embedders.of,
      chunking: config.values.chunking,
      onChange: caches.onDocumentsChange,
      onLater: this.embedding.startIfWanted,
      onUnused: (context, fileId) => new Files(this.#files, context).delete(fileId),
    };
  }

  #openChat(): ChatModel {
    this.#chat ??= openChat(this.config.values.chat);
    return this.#chat;
  }

  async #openMetrics(): Promise<Metrics> {
    const { createMetrics } = await import('../metrics/index.js');
    const metrics = createMetrics();
    metrics.registerCache('layer', { stats: () => this.cacheStats() });
    metrics.registerKnowledge(this.#knowledge());
    return metrics;
  }

  #knowledge(): KnowledgeSource {
    const { relational, usage } = this.#parts;
    return {
      searches: () => this.#meter.figures(),
      usage: () => usage.totals(),
      indexBuilds: () => this.#indexBuilds.figures(),
      vectors: () => collectionFigures(relational),
      backlog: () => this.embedding.backlog(),
      recall: async () => (await import('../metrics/index.js')).recallEstimates(relational),
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The data layer is closed.');
  }
}

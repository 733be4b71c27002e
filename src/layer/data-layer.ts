import type { CacheStats } from '../cache/index.js';
import type { ResolvedConfig } from '../config/index.js';
import type { Embedder, EmbeddingModel } from '../embeddings/index.js';
import type { Encryption } from '../encryption/index.js';
import { AquiferError } from '../errors/index.js';
import type { Relay } from '../events/index.js';
import type { Extractor } from '../extraction/index.js';
import type { Maintenance, MaintenanceReport } from '../maintenance/index.js';
import type { Metrics } from '../metrics/index.js';
import type { JsonValue, PoolFigures, ProviderHealth, RelationalProvider } from '../relational/index.js';
import { type ScopeOptions, systemContext, tenantContext } from '../tenancy/index.js';
import { createWriteBehind, type WriteBehind, type WriteBehindOptions } from '../write-behind/index.js';
import type { Caches } from './caches.js';
import { Keys } from './keys.js';
import { Scope } from './scope.js';
import { System } from './system.js';

/** The parts a data layer is composed of; it owns them and closes them. */
export interface LayerParts {
  readonly config: ResolvedConfig;
  readonly relational: RelationalProvider;
  readonly extractor: Extractor;
  readonly embedder: Embedder;
  readonly encryption: Encryption | undefined;
  readonly relay: Relay;
  readonly maintenance: Maintenance;
  readonly caches: Caches;
}

/** An open data layer. Tenant data is reached through `scope()`; `close()` ends everything it started. */
export class DataLayer implements AsyncDisposable {
  readonly config: ResolvedConfig;
  /** The life of the tenants' keys. */
  readonly keys: Keys;
  readonly #parts: LayerParts;
  readonly #queues: { close(): Promise<void> }[] = [];
  #metrics: Promise<Metrics> | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: LayerParts) {
    this.config = parts.config;
    this.#parts = parts;
    this.keys = new Keys(parts.relational, parts.encryption);
  }

  /** @throws AQF_SCOPE_MISSING, AQF_ARGUMENT_INVALID, AQF_LAYER_CLOSED */
  scope(options: ScopeOptions): Scope {
    this.#assertOpen();
    const { relational, extractor, embedder, encryption, config, caches } = this.#parts;
    const { chunking, search } = config.values;
    const deps = {
      relational,
      ciphers: encryption,
      documents: { relational, extractor, embedder, chunking, onChange: caches.onDocumentsChange },
      search: { relational, embedder, settings: search },
      caches,
    };
    return new Scope(deps, tenantContext(options));
  }

  /** Work across tenants, for a reason that the audit keeps. @throws AQF_ARGUMENT_INVALID without a reason */
  system(reason: string): System {
    this.#assertOpen();
    return new System(this.#parts.relational, systemContext(reason));
  }

  /** Every committed change of every tenant, in commit order, to whoever subscribes. */
  get events(): Relay {
    return this.#parts.relay;
  }

  /** Seals the audit, prepares partitions, purges and prunes; undefined when another process is at it. */
  maintain(): Promise<MaintenanceReport | undefined> {
    return this.#parts.maintenance.run();
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
    return this.#parts.embedder.model;
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
    const { relational, extractor, embedder, encryption, relay, maintenance, caches } = this.#parts;
    // What a queue could not flush stays in its journal, and the rest is closed all the same.
    await Promise.allSettled(this.#queues.map((queue) => queue.close()));
    await Promise.all([relay.close(), maintenance.stop(), caches.close()]);
    encryption?.close();
    await Promise.all([relational.close(), extractor.close(), embedder.close()]);
  }

  async #openMetrics(): Promise<Metrics> {
    const { createMetrics } = await import('../metrics/index.js');
    const metrics = createMetrics();
    metrics.registerCache('layer', { stats: () => this.cacheStats() });
    return metrics;
  }

  #assertOpen(): void {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The data layer is closed.');
  }
}

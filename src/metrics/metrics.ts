import { Registry } from 'prom-client';
import { AquiferError } from '../errors/index.js';
import { CacheCollector, type CacheSource } from './cache-collector.js';
import { type KnowledgeOptions, registerKnowledge } from './knowledge-collector.js';
import type { KnowledgeSource } from './knowledge-figures.js';

export interface MetricsOptions {
  /**
   * The registry of prom-client to put metrics into, such as the application's own.
   * @default a new one
   */
  readonly registry?: Registry;
}

/**
 * Metrics for Prometheus. Nothing is counted for them: figures are taken when they are asked for, so that they cost a hit
 * nothing.
 */
export class Metrics {
  readonly registry: Registry;
  readonly #caches: CacheCollector;

  constructor(registry: Registry) {
    this.registry = registry;
    this.#caches = new CacheCollector(registry);
  }

  /** For the header Content-Type of what `metrics()` gives. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /**
   * Tells the figures of a cache as `aquifer_cache_…{cache="<name>"}`, until the function that is returned is called.
   * @throws AQF_ARGUMENT_INVALID when another cache has this name
   */
  registerCache(name: string, cache: CacheSource): () => void {
    if (this.#caches.has(name)) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', `Metrics of a cache "${name}" are registered already.`);
    }
    return this.#caches.add(name, cache);
  }

  /**
   * Tells the figures of search, vectors and embedding of a data layer.
   * @throws AQF_ARGUMENT_INVALID the second time
   */
  registerKnowledge(source: KnowledgeSource, options?: KnowledgeOptions): void {
    if (this.registry.getSingleMetric('aquifer_searches_total')) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'Metrics of knowledge are registered already.');
    }
    registerKnowledge(this.registry, source, options);
  }

  /** Everything in the registry, in the text format of Prometheus. */
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}

/** @throws AQF_ARGUMENT_INVALID when the registry holds metrics of caches already */
export function createMetrics({ registry = new Registry() }: MetricsOptions = {}): Metrics {
  if (registry.getSingleMetric('aquifer_cache_hits_total')) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'The registry is that of other metrics of Aquifer.');
  }
  return new Metrics(registry);
}

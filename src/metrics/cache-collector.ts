import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheStats } from '../cache/index.js';
import { CACHE_FIGURES, type CacheMetric } from './cache-figures.js';
import { STORE_FIGURES } from './store-figures.js';

/** Whatever tells the figures of a cache: a cache, or any namespace of one, for they share their figures. */
export interface CacheSource {
  stats(): CacheStats;
}

const PREFIX = 'aquifer_cache_';

/** The metrics of all caches of a registry, taken from the caches when they are asked for. */
export class CacheCollector {
  readonly #caches = new Map<string, CacheSource>();
  /** All metrics are collected in one turn: their figures are of one moment, and taken once. */
  #taken: readonly (readonly [string, CacheStats])[] | undefined;

  constructor(registry: Registry) {
    for (const metric of [...CACHE_FIGURES, ...STORE_FIGURES]) this.#register(registry, metric);
  }

  has(name: string): boolean {
    return this.#caches.has(name);
  }

  add(name: string, cache: CacheSource): () => void {
    this.#caches.set(name, cache);
    return () => {
      if (this.#caches.get(name) === cache) this.#caches.delete(name);
    };
  }

  #register(registry: Registry, metric: CacheMetric): void {
    const figures = () => this.#figures();
    const configuration = {
      name: PREFIX + metric.name,
      help: metric.help,
      labelNames: ['cache', ...metric.labels],
      registers: [registry],
    };
    if (metric.kind === 'counter') {
      new Counter({
        ...configuration,
        collect() {
          this.reset();
          for (const { labels, value } of samples(metric, figures())) this.inc(labels, value);
        },
      });
      return;
    }
    new Gauge({
      ...configuration,
      collect() {
        this.reset();
        for (const { labels, value } of samples(metric, figures())) this.set(labels, value);
      },
    });
  }

  #figures(): readonly (readonly [string, CacheStats])[] {
    if (!this.#taken) {
      this.#taken = [...this.#caches].map(([name, cache]) => [name, cache.stats()] as const);
      queueMicrotask(() => {
        this.#taken = undefined;
      });
    }
    return this.#taken;
  }
}

function samples(metric: CacheMetric, figures: readonly (readonly [string, CacheStats])[]) {
  return figures.flatMap(([cache, stats]) =>
    metric.values(stats).map(([labels, value]) => ({ labels: { cache, ...labels }, value })),
  );
}

import type { FactoryContext } from '../flight/factory.js';
import { Budget } from './budget.js';
import {
  type PredictionOptions,
  type PrefetchBudgetOptions,
  type PrefetcherOptions,
  settingsOf,
} from './options.js';
import { Prefetcher } from './prefetcher.js';

export interface TenantPrefetchersOptions<T>
  extends PredictionOptions,
    PrefetchBudgetOptions,
    Pick<PrefetcherOptions<T>, 'ttl'> {
  /** A tenant's own cache: `layer.scope({ tenantId }).cache`. */
  cacheOf(tenantId: string): PrefetcherOptions<T>['cache'];
  load(tenantId: string, key: string, context: FactoryContext): T | undefined | Promise<T | undefined>;
  /** Tenants whose patterns are remembered, those seen last. @default 50 */
  readonly maxTenants?: number;
  onError?(error: unknown, key: string, tenantId: string): void;
}

/** A prefetcher for each tenant, which learns from that one alone; what they may fetch, they share. */
export class TenantPrefetchers<T> {
  readonly #options: TenantPrefetchersOptions<T>;
  readonly #maxTenants: number;
  readonly #budget: Budget;
  readonly #tenants = new Map<string, Prefetcher<T>>();

  /** @throws AQF_ARGUMENT_INVALID */
  constructor(options: TenantPrefetchersOptions<T>) {
    this.#options = options;
    const settings = settingsOf(options);
    this.#maxTenants = settings.maxTenants;
    this.#budget = new Budget(settings);
  }

  /** The one used last stands last. Ask for it anew each time: an old one may have been let go of. */
  of(tenantId: string): Prefetcher<T> {
    const prefetcher = this.#tenants.get(tenantId) ?? this.#make(tenantId);
    this.#tenants.delete(tenantId);
    this.#tenants.set(tenantId, prefetcher);
    if (this.#tenants.size > this.#maxTenants) this.#forgetOldest();
    return prefetcher;
  }

  async stop(): Promise<void> {
    const stopping = [...this.#tenants.values()].map((prefetcher) => prefetcher.stop());
    this.#tenants.clear();
    await Promise.all(stopping);
  }

  #make(tenantId: string): Prefetcher<T> {
    const { cacheOf, load, onError, ...rest } = this.#options;
    return new Prefetcher<T>({
      ...rest,
      cache: this.#options.cacheOf(tenantId),
      budget: this.#budget,
      load: (key, context) => this.#options.load(tenantId, key, context),
      onError: (error, key) => this.#options.onError?.(error, key, tenantId),
    });
  }

  #forgetOldest(): void {
    for (const [tenantId, prefetcher] of this.#tenants) {
      this.#tenants.delete(tenantId);
      void prefetcher.stop();
      return;
    }
  }
}

/** @throws AQF_ARGUMENT_INVALID */
export function createTenantPrefetchers<T>(options: TenantPrefetchersOptions<T>): TenantPrefetchers<T> {
  return new TenantPrefetchers<T>(options);
}

import { type Cache, entityTag } from '../../cache/index.js';
import type { AnyEntity, KeyOf, RowOf } from '../../entities/index.js';
import type { Repository } from '../../repositories/index.js';
import { type CachedReadOptions, type ReadPlan, ReadPlans } from './read-plan.js';

export interface RepositoryFigures {
  /** Reads that were asked for. */
  readonly reads: number;
  /** Answered without a question to the database by this repository. */
  readonly hits: number;
  /** Questions to the database. */
  readonly misses: number;
  /** Writes whose rows were made known to the cache at once. */
  readonly writes: number;
}

/** The methods of a repository that read: through the cache, and typed as they are there. */
export type CachedReads<E extends AnyEntity> = Pick<
  Repository<E>,
  'findById' | 'findMany' | 'findOne' | 'count' | 'exists'
>;

/** What writes one row and returns it. */
type RowWrites<E extends AnyEntity> = Pick<Repository<E>, 'create' | 'update' | 'upsert' | 'restore'>;

/** Tags that one call may invalidate. */
const TAGS_A_CALL = 64;

/**
 * A repository whose reads are kept until a row that they were made of changes, by whom ever. The rows are shared with
 * all who read them: do not change them.
 */
export class CachedRepository<E extends AnyEntity> implements CachedReads<E> {
  readonly entity: E;
  /** What is behind the cache: for `stream` and transactions. */
  readonly repository: Repository<E>;
  readonly #cache: Cache;
  readonly #plans: ReadPlans;
  readonly #fromPrimary: boolean;
  readonly #figures = { reads: 0, misses: 0, writes: 0 };

  constructor(repository: Repository<E>, cache: Cache, options: CachedReadOptions) {
    this.entity = repository.entity;
    this.repository = repository;
    this.#cache = cache.namespace('rows');
    this.#plans = new ReadPlans(repository.entity, options);
    this.#fromPrimary = options.readFrom !== 'any';
  }

  readonly findById: Repository<E>['findById'] = async (key, options) => {
    const plan = this.#plans.planById(key, options);
    const ask = (from: Repository<E>) => from.findById(key, options);
    return plan ? this.#read(plan, ask) : ask(this.repository);
  };

  readonly findOne: Repository<E>['findOne'] = async (options) =>
    this.#read(this.#plans.plan('one', options), (from) => from.findOne(options));

  readonly findMany: Repository<E>['findMany'] = async (options) =>
    (await this.#read(this.#plans.plan('many', options), (from) => from.findMany(options))) as never;

  readonly count: Repository<E>['count'] = async (options) =>
    (await this.#read(this.#plans.plan('count', options), (from) => from.count(options))) as never;

  readonly exists: Repository<E>['exists'] = async (options) =>
    (await this.#read(this.#plans.plan('exists', options), (from) => from.exists(options))) as never;

  readonly create: Repository<E>['create'] = (values) => this.#write((to) => to.create(values));

  readonly update: Repository<E>['update'] = (key, patch, options) =>
    this.#write((to) => to.update(key, patch, options));

  readonly upsert: Repository<E>['upsert'] = (values, options) =>
    this.#write((to) => to.upsert(values, options));

  readonly restore: Repository<E>['restore'] = (key) => this.#write((to) => to.restore(key));

  /** @throws as `repository.delete` */
  readonly delete: Repository<E>['delete'] = async (key, options) => {
    await this.repository.delete(key, options);
    await this.forget(key);
  };

  /**
   * After a committed write of this row elsewhere, such as in a transaction: reads that begin when this has resolved
   * see it, as they would anyway when its event has arrived. Then reads it into the cache.
   */
  async put(row: RowOf<E>): Promise<void> {
    const key = (row as Record<string, unknown>)[this.entity.key] as KeyOf<E>;
    await this.forget(key);
    await this.findById(key);
  }

  /** After committed writes of these rows, or their removal: what was made of them is dropped. */
  async forget(...keys: readonly KeyOf<E>[]): Promise<void> {
    this.#figures.writes += keys.length;
    const tags = keys.flatMap((key) => {
      const name = this.#plans.nameRow(key);
      return typeof name === 'object' ? [entityTag(this.entity, name.id)] : [];
    });
    tags.push(entityTag(this.entity));
    for (let at = 0; at < tags.length; at += TAGS_A_CALL) {
      await this.#cache.invalidateTags(tags.slice(at, at + TAGS_A_CALL));
    }
  }

  /** Of this object, not of others on the same cache. */
  figures(): RepositoryFigures {
    const { reads, misses, writes } = this.#figures;
    return { reads, hits: reads - misses, misses, writes };
  }

  async #read<T>(
    { key, policy }: ReadPlan,
    ask: (from: Repository<E>) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    this.#figures.reads += 1;
    const found = await this.#cache.memo<T | null>(key, policy, async () => {
      this.#figures.misses += 1;
      return (await this.#ask(ask)) ?? null;
    });
    return found ?? undefined;
  }

  #ask<T>(ask: (from: Repository<E>) => Promise<T>): Promise<T> {
    return this.#fromPrimary ? this.repository.transaction(ask) : ask(this.repository);
  }

  async #write(write: (to: RowWrites<E>) => Promise<RowOf<E>>): Promise<RowOf<E>> {
    const row = await write(this.repository);
    await this.forget((row as Record<string, unknown>)[this.entity.key] as KeyOf<E>);
    return row;
  }
}

/**
 * Serves the reads of a repository through a cache: the tenant's own, of which this takes the namespace `rows`.
 * @param repository of a scope or session; never that of an open transaction, whose rows nobody else may see yet
 * @throws AQF_ENTITY_INVALID for an entity without events
 */
export function cachedRepository<E extends AnyEntity>(
  repository: Repository<E>,
  cache: Cache,
  options: CachedReadOptions = {},
): CachedRepository<E> {
  return new CachedRepository(repository, cache, options);
}

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
}

/** The methods of a repository that read: through the cache, and typed as they are there. */
export type CachedReads<E extends AnyEntity> = Pick<
  Repository<E>,
  'findById' | 'findMany' | 'findOne' | 'count' | 'exists'
>;

type Fields = Readonly<Record<string, unknown>>;

/** Tags that one call may invalidate. */
const TAGS_A_CALL = 64;

/**
 * A repository whose reads are kept until a row that they were made of changes, by whom ever. The rows are shared with
 * all who read them: do not change them.
 */
export class CachedRepository<E extends AnyEntity> implements CachedReads<E> {
  readonly entity: E;
  /** What is behind the cache: for writes of many rows, transactions and `stream`. */
  readonly repository: Repository<E>;
  readonly #cache: Cache;
  readonly #plans: ReadPlans;
  readonly #fromPrimary: boolean;
  readonly #figures = { reads: 0, misses: 0 };

  constructor(repository: Repository<E>, cache: Cache, options: CachedReadOptions) {
    this.entity = repository.entity;
    this.repository = repository;
    this.#cache = cache.namespace('rows');
    this.#plans = new ReadPlans(repository, options);
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

  /** Writes through the cache: see `put`. */
  readonly create: Repository<E>['create'] = async (values) =>
    this.#put(await this.repository.create(values));

  readonly update: Repository<E>['update'] = async (key, patch, options) =>
    this.#put(await this.repository.update(key, patch, options));

  readonly upsert: Repository<E>['upsert'] = async (values, options) =>
    this.#put(await this.repository.upsert(values, options));

  readonly restore: Repository<E>['restore'] = async (key) => this.#put(await this.repository.restore(key));

  readonly delete: Repository<E>['delete'] = async (key, options) => {
    await this.repository.delete(key, options);
    await this.forget(key);
  };

  /**
   * Writes through: when this has resolved, `findById` of a committed row finds it in the cache, at this revision or a
   * later one. It is read again for that, and not kept as it is given: someone else may have written it since, and have
   * invalidated it; the older row would then stay.
   */
  async put(row: RowOf<E>): Promise<void> {
    const key = (row as Fields)[this.entity.key] as KeyOf<E>;
    const known: Fields | undefined = await this.findById(key);
    if (isAsNew(known, row as Fields)) return;
    await this.forget(key);
    await this.findById(key);
  }

  async #put(row: RowOf<E>): Promise<RowOf<E>> {
    await this.put(row);
    return row;
  }

  /**
   * Drops what was made of these rows. Writes of the repositories of a scope do so by themselves, and whatever writes the
   * rows does so when its event arrives; this is for sessions of your own that do not want to wait for it.
   */
  async forget(...keys: readonly KeyOf<E>[]): Promise<void> {
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
    const { reads, misses } = this.#figures;
    return { reads, hits: reads - misses, misses };
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
}

/** Rows of entities that tell their changes have a revision. */
function isAsNew(known: Fields | undefined, row: Fields): boolean {
  return (
    typeof known?.revision === 'number' && typeof row.revision === 'number' && known.revision >= row.revision
  );
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

import { type CacheOptions, entityTag } from '../../cache/index.js';
import type { AnyEntity } from '../../entities/index.js';
import { canonical, digest, shortKey } from '../canonical.js';
import { type NameRow, rowNames } from './row-id.js';
import { assertTold, includedEntities, isShareable, shapeOf } from './touched.js';

export interface CachedReadOptions extends CacheOptions {
  /**
   * Whether rows are kept in the shared tier too.
   * @default true, but false where a column of the entity, or of one that is included, is encrypted or of a custom type
   */
  readonly l2?: boolean;
  /**
   * What to do with entities that have no trait `events`, whose changes nobody tells the cache: `refuse` them, or keep
   * rows for `ttl` whatever happens to them.
   * @default 'refuse'
   */
  readonly untold?: 'refuse' | 'ttl';
  /**
   * Which server misses are read from. A replica may be behind an invalidation that was heard already, and what is read
   * from it then would stay. `any` saves a transaction a miss, and is right where there are no replicas.
   * @default 'primary'
   */
  readonly readFrom?: 'primary' | 'any';
  /**
   * What else decides which rows a reader sees, where policies of your own ask for more than the tenant: the actor, his
   * roles. Readers who differ in it share nothing.
   */
  readonly vary?: string;
}

/** The kinds of reads that are cached. */
export type ReadKind = 'id' | 'many' | 'one' | 'count' | 'exists';

export interface ReadPlan {
  readonly key: string;
  readonly policy: CacheOptions;
}

/** Whose rows are read, and which. */
export interface RowsOf {
  readonly entity: AnyEntity;
  readonly tenantId: string;
}

/** The order of these properties means something. */
const ORDERED: ReadonlySet<string> = new Set(['orderBy']);

/** Longer row ids are hashed. */
const LONGEST_ROW_ID = 96;

/** Where reads of one entity are kept, and what invalidates them. */
export class ReadPlans {
  readonly nameRow: NameRow;
  readonly #entity: AnyEntity;
  readonly #tenantId: string;
  readonly #options: CachedReadOptions;
  readonly #policy: CacheOptions;
  /** Of reads that bring nothing along. */
  readonly #own: { readonly shape: string; readonly policy: CacheOptions };

  /** @throws AQF_ENTITY_INVALID without events */
  constructor({ entity, tenantId }: RowsOf, options: CachedReadOptions) {
    const { untold: _, readFrom: __, vary: ___, ...policy } = options;
    this.#entity = entity;
    this.#tenantId = tenantId;
    this.#options = options;
    this.#policy = policy;
    this.nameRow = rowNames(entity);
    this.#own = this.#plain([entity]);
  }

  /** @throws AQF_ARGUMENT_INVALID for options that no key can be made of */
  plan(kind: Exclude<ReadKind, 'id'>, options: unknown): ReadPlan {
    return this.#planOf(kind, options, options, entityTag(this.#entity));
  }

  /**
   * A read by key is invalidated by changes of that row alone, where its row id is certain. Undefined for a key that
   * names no row.
   */
  planById(key: unknown, options: unknown): ReadPlan | undefined {
    const name = this.nameRow(key);
    if (name === 'impossible') return undefined;
    if (name === 'uncertain') return this.#planOf('id', [key, options], options, entityTag(this.#entity));
    const tag = entityTag(this.#entity, name.id);
    if (options !== undefined) return this.#planOf('id', [name.id, options], options, tag);
    const row = name.id.length <= LONGEST_ROW_ID ? `:${name.id}` : digest(name.id);
    return {
      key: `${this.#entity.name}.row.${this.#own.shape}.${row}`,
      policy: tagged(this.#own.policy, [tag]),
    };
  }

  #planOf(kind: ReadKind, asked: unknown, options: unknown, tag: string): ReadPlan {
    const included = [...includedEntities(this.#entity, options)];
    const { shape, policy } = included.length === 0 ? this.#own : this.#plain([this.#entity, ...included]);
    return {
      key: `${this.#entity.name}.${kind}.${shape}.${shortKey(canonical(asked, ORDERED))}`,
      policy: tagged(policy, [tag, ...included.map((entity) => entityTag(entity))]),
    };
  }

  /** What is the same for all reads of these entities. */
  #plain(entities: readonly AnyEntity[]): { readonly shape: string; readonly policy: CacheOptions } {
    const { untold, vary } = this.#options;
    if (untold !== 'ttl') entities.forEach(assertTold);
    const l2 = this.#policy.l2 ?? entities.every(isShareable);
    // A cache is that of the tenant; where it is another, tenants share nothing in it all the same.
    const shape = digest(canonical([entities.map(shapeOf), vary, this.#tenantId])).slice(0, 10);
    return { shape, policy: { ...this.#policy, l2 } };
  }
}

function tagged(policy: CacheOptions, tags: readonly string[]): CacheOptions {
  return { ...policy, tags: policy.tags ? [...policy.tags, ...tags] : tags };
}

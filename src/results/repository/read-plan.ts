import { type CacheOptions, entityTag } from '../../cache/index.js';
import type { AnyEntity } from '../../entities/index.js';
import { canonical, digest, shortKey } from '../canonical.js';
import { rowNameOf } from './row-id.js';
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

/** The order of these properties means something. */
const ORDERED: ReadonlySet<string> = new Set(['orderBy']);

/** Where reads of one entity are kept, and what invalidates them. */
export class ReadPlans {
  readonly #entity: AnyEntity;
  readonly #options: CachedReadOptions;
  readonly #policy: CacheOptions;

  /** @throws AQF_ENTITY_INVALID without events */
  constructor(entity: AnyEntity, options: CachedReadOptions) {
    const { untold: _, readFrom: __, vary: ___, ...policy } = options;
    this.#entity = entity;
    this.#options = options;
    this.#policy = policy;
    this.#check(entity);
  }

  /** @throws AQF_ARGUMENT_INVALID for options that no key can be made of */
  plan(kind: Exclude<ReadKind, 'id'>, options: unknown): ReadPlan {
    return this.#planOf(kind, options, [options], entityTag(this.#entity));
  }

  /**
   * A read by key is invalidated by changes of that row alone, where its row id is certain. Undefined for a key that
   * names no row.
   */
  planById(key: unknown, options: unknown): ReadPlan | undefined {
    const name = rowNameOf(this.#entity, key);
    if (name === 'impossible') return undefined;
    if (name === 'uncertain') return this.#planOf('id', options, [key, options], entityTag(this.#entity));
    return this.#planOf('id', options, [name.id, options], entityTag(this.#entity, name.id));
  }

  #planOf(kind: ReadKind, options: unknown, parts: readonly unknown[], tag: string): ReadPlan {
    const included = includedEntities(this.#entity, options);
    for (const entity of included) this.#check(entity);
    const read = [this.#entity, ...included];
    const asked = canonical([...parts, this.#options.vary], ORDERED);
    return {
      key: `${this.#entity.name}.${kind}.${shapesOf(read)}.${shortKey(asked)}`,
      policy: {
        ...this.#policy,
        l2: this.#policy.l2 ?? read.every(isShareable),
        tags: [...(this.#policy.tags ?? []), tag, ...[...included].map((entity) => entityTag(entity))],
      },
    };
  }

  #check(entity: AnyEntity): void {
    if (this.#options.untold !== 'ttl') assertTold(entity);
  }
}

function shapesOf(entities: readonly AnyEntity[]): string {
  const [first, ...more] = entities.map(shapeOf);
  return more.length === 0 ? `${first}` : digest([first, ...more].join()).slice(0, 8);
}

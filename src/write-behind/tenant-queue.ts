import type { TenantContext } from '../relational/index.js';
import type { DeadLetters } from './dead-letters.js';
import type { Journal } from './journal.js';
import { checkKey, checkKeys, toJson, type Write } from './write.js';

export interface TenantQueueDependencies<V> {
  readonly journal: Journal;
  put(tenantId: string, write: Write): Promise<void>;
  readonly deadLetters: DeadLetters<V>;
}

/** One tenant's side of a write-behind queue. */
export class TenantQueue<V> {
  /** Writes of this tenant that were given up. */
  readonly deadLetters: DeadLetters<V>;
  readonly #deps: TenantQueueDependencies<V>;
  readonly #context: TenantContext;

  constructor(deps: TenantQueueDependencies<V>, context: TenantContext) {
    this.deadLetters = deps.deadLetters;
    this.#deps = deps;
    this.#context = context;
  }

  /**
   * Resolves when the write is in the journal: from then on no crash loses it. It takes the place of an older write
   * of this key that was not flushed. The puts of one turn are one statement.
   * @param key 1 to 1024 bytes
   * @param value what JSON can say, up to 1 MiB of it
   * @throws AQF_WRITE_BEHIND_FULL, AQF_ARGUMENT_INVALID, AQF_LAYER_CLOSED; what the database gives, and after
   *   AQF_COMMIT_UNKNOWN the write may be there
   */
  async put(key: string, value: V): Promise<void> {
    const { actorId, tenantId } = this.#context;
    await this.#deps.put(tenantId, { key: checkKey(key), json: toJson(value), actorId });
  }

  /**
   * What was put and is not flushed yet, or was given up. Undefined says that the destination has what was put last:
   * read here first, then there.
   */
  async get(key: string): Promise<V | undefined> {
    return (await this.getMany([key])).get(key);
  }

  async getMany(keys: readonly string[]): Promise<Map<string, V>> {
    const found = await this.#deps.journal.read(this.#context, checkKeys(keys));
    return new Map([...found].map(([key, json]) => [key, JSON.parse(json) as V]));
  }
}

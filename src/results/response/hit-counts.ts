import type { Cache } from '../../cache/index.js';

/** Hits that wait at most before they are added to what the cache has. */
const WAITING_HITS = 256;
const WAITING_MS = 10_000;
const KEPT_FOR = '7d';

/**
 * How often entries were hit, counted here and added up in the cache every few seconds. It is an estimate: two
 * processes that add to one entry in the same moment may lose what one of them adds, and a process that is killed what
 * it had not added yet.
 */
export class HitCounts {
  readonly #cache: Cache;
  #waiting = new Map<string, number>();
  #hits = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushed: Promise<void> = Promise.resolve();

  constructor(cache: Cache) {
    this.#cache = cache.namespace('hits');
  }

  add(key: string): void {
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
    this.#hits += 1;
    if (this.#hits >= WAITING_HITS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), WAITING_MS).unref();
  }

  async of(key: string): Promise<number> {
    await this.#flushed;
    return ((await this.#cache.get<number>(key)) ?? 0) + (this.#waiting.get(key) ?? 0);
  }

  /** One after the other, for each reads what it adds to. What cannot be added is lost. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const added = this.#waiting;
    this.#waiting = new Map();
    this.#hits = 0;
    this.#flushed = this.#flushed.then(() => this.#write(added)).catch(() => undefined);
    return this.#flushed;
  }

  async #write(added: ReadonlyMap<string, number>): Promise<void> {
    if (added.size === 0) return;
    const known = await this.#cache.getMany<number>([...added.keys()]);
    const sums = [...added].map(([key, hits]) => [key, hits + (known.get(key) ?? 0)] as const);
    await this.#cache.setMany(sums, KEPT_FOR);
  }
}

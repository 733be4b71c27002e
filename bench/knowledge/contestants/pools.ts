import { createRequire } from 'node:module';
import { join } from 'node:path';
import type pg from 'pg';
import type { Effort, Surroundings } from './contestant.js';

/** The `pg` that the peers were installed with. */
export function loadPg(packages: string): typeof pg {
  return createRequire(join(packages, 'package.json'))('pg');
}

/** One pool for each effort: its settings are those of its connections, as peers have no other place for them. */
export class Pools {
  readonly #surroundings: Surroundings;
  readonly #pools = new Map<string, pg.Pool>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get(effort: Effort): pg.Pool {
    const options = settingsOf(effort);
    const found = this.#pools.get(options);
    if (found) return found;
    const { url, packages, connections } = this.#surroundings;
    const pool = new (loadPg(packages).Pool)({
      connectionString: url,
      max: connections,
      idleTimeoutMillis: 0,
      options,
    });
    // LlamaIndex adds a listener with every call, and takes another client for each that an idle pool gives up.
    pool.setMaxListeners(0);
    this.#pools.set(options, pool);
    return pool;
  }

  /** Does not wait: LlamaIndex keeps clients that it took. Their process ends anyway. */
  async close(): Promise<void> {
    for (const pool of this.#pools.values()) void pool.end();
  }
}

function settingsOf({ ef, iterative }: Effort): string {
  // Without scans of ordered indexes, only those for filters remain.
  if (iterative === 'exact') return '-c enable_indexscan=off';
  return `-c hnsw.ef_search=${ef} -c hnsw.iterative_scan=${iterative}`;
}

/** For loading, and for what a peer leaves to be done by hand. */
export const PLAIN: Effort = { ef: 40, iterative: 'off' };

import type { Lookout } from './lookout.js';
import type { Limits } from './options.js';
import type { Server } from './server.js';
import type { Topology } from './topology.js';
import { Watch } from './watch.js';

/** Without a primary, and for replicas that read traffic waits for, a second would be long. */
const SEARCH_MS = 100;
const IDLE_MS = 1_000;
const SHORTEST_MS = 10;
/** Looks are this much more frequent than the lag that they are to bound. */
const LOOKS_PER_LAG = 4;
/** Replicas are looked at often for this long after a read. */
const READING_MS = 5_000;

/** Watches all servers, as often as what is asked of the figures needs. */
export class Watchers {
  readonly #watches: readonly Watch[];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(topology: Topology, lookouts: readonly Lookout[], { lagThresholdMs, maxLagMs }: Limits) {
    const [readingMs, primaryMs] = [intervalFor(lagThresholdMs), Math.max(intervalFor(maxLagMs), SEARCH_MS)];
    const interval = (server: Server) => {
      if (!topology.primary) return SEARCH_MS;
      if (topology.servers.length > 1 && this.#isReading(performance.now())) return readingMs;
      return server === topology.primary ? primaryMs : IDLE_MS;
    };
    this.#watches = topology.servers.flatMap((server, index) => {
      const lookout = lookouts[index];
      return lookout ? new Watch(server, topology, lookout, () => interval(server)) : [];
    });
    topology.onAlarm = () => this.#wake();
    for (const watch of this.#watches) void watch.run();
  }

  /** Reads want figures that are fresh; the first after a quiet time goes to the primary. */
  noteRead(): void {
    const now = performance.now();
    const wasReading = this.#isReading(now);
    this.#readAt = now;
    if (!wasReading) this.#wake();
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  #isReading(now: number): boolean {
    return now - this.#readAt < READING_MS;
  }

  #wake(): void {
    for (const watch of this.#watches) watch.wake();
  }
}

function intervalFor(lagMs: number): number {
  return Math.min(Math.max(lagMs / LOOKS_PER_LAG, SHORTEST_MS), IDLE_MS);
}

import type { Limits } from './options.js';
import type { Server } from './server.js';

/** Chooses the replica for a read. */
export class Router {
  readonly #servers: readonly Server[];
  readonly #limits: Limits;
  #turn = 0;

  constructor(servers: readonly Server[], limits: Limits) {
    this.#servers = servers;
    this.#limits = limits;
  }

  /**
   * The least loaded of the replicas that are up, within the threshold, and have replayed `position`; by turns
   * where several are. Undefined when the primary has to serve.
   */
  pick(position: bigint | undefined, without: ReadonlySet<Server>): Server | undefined {
    const now = performance.now();
    const fit = this.#servers.filter((server) => !without.has(server) && this.#isFit(server, position, now));
    const least = Math.min(...fit.map(({ load }) => load));
    const idlest = fit.filter(({ load }) => load === least);
    return idlest[this.#turn++ % idlest.length];
  }

  #isFit(server: Server, position: bigint | undefined, now: number): boolean {
    if (!server.up || server.role !== 'replica' || !server.look) return false;
    const lagMs = server.lagAt(now);
    if (lagMs === undefined || lagMs > this.#limits.lagThresholdMs) return false;
    return position === undefined || server.look.lsn >= position;
  }
}

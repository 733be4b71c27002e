import type { Limits } from './options.js';
import type { Server } from './server.js';
import type { Topology } from './topology.js';

/** Chooses the replica for a read. */
export class Router {
  readonly #topology: Topology;
  readonly #limits: Limits;
  #turn = 0;

  constructor(topology: Topology, limits: Limits) {
    this.#topology = topology;
    this.#limits = limits;
  }

  /**
   * The least loaded of the replicas that are up, within the threshold, and have replayed `position`; by turns
   * where several are. Undefined when the primary has to serve.
   */
  pick(position: bigint | undefined, without: ReadonlySet<Server>): Server | undefined {
    const moment = this.#topology.readMoment;
    const { servers } = this.#topology;
    const fit = servers.filter((server) => !without.has(server) && this.#isFit(server, position, moment));
    const least = Math.min(...fit.map(({ load }) => load));
    const idlest = fit.filter(({ load }) => load === least);
    return idlest[this.#turn++ % idlest.length];
  }

  #isFit(server: Server, position: bigint | undefined, moment: number): boolean {
    if (!server.up || server.role !== 'replica' || !server.look) return false;
    const lagMs = server.lagAt(moment);
    if (lagMs === undefined || lagMs > this.#limits.lagThresholdMs) return false;
    return position === undefined || server.look.lsn >= position;
  }
}

import { formatLsn } from '../session-position.js';
import type { Look } from './look.js';
import type { ClusterNode } from './node.js';

export type ServerRole = 'primary' | 'replica' | 'outdated' | 'lagging' | 'unknown';

/** One server of a cluster, as it was last seen. */
export interface ServerFigures {
  /** Host and port, or the folder of its socket. */
  readonly host: string;
  /**
   * `outdated`: a former primary that others have gone on without. `lagging`: promoted, but it lacks more of what
   * was committed than `failover.maxLagMs`. Neither of the two is used.
   */
  readonly role: ServerRole;
  readonly up: boolean;
  /** Milliseconds: what was written longer ago is on this replica. Undefined for others, and while unknown. */
  readonly lagMs?: number;
  /** What a primary has written, and a replica replayed, as a `pg_lsn`. */
  readonly lsn?: string;
  readonly timeline?: number;
  readonly checkedAt?: Date;
  /** Why it is not up. */
  readonly error?: string;
}

/** What is known of one server. The topology alone writes it. */
export class Server {
  readonly host: string;
  readonly node: ClusterNode;
  role: ServerRole = 'unknown';
  look: Look | undefined;
  /** When the last look that was answered had begun, in milliseconds of `performance.now()`. */
  lookedAt = Number.NEGATIVE_INFINITY;
  lookEndedAt = Number.NEGATIVE_INFINITY;
  /** Looks that began before it are no proof of life. */
  suspectedAt = Number.NEGATIVE_INFINITY;
  error: string | undefined;
  /** A replica has all that the primary had written until then. */
  caughtUpAt: number | undefined;
  /** It has replayed up to here, in a history that the primary does not share. */
  strayedAt: bigint | undefined;
  /** Statements and transactions that it works on now, for this process. */
  load = 0;

  constructor(host: string, node: ClusterNode) {
    this.host = host;
    this.node = node;
  }

  get up(): boolean {
    return this.error === undefined && this.lookedAt >= this.suspectedAt;
  }

  /** Milliseconds at most; undefined when it is no replica or nothing is known. */
  lagAt(now: number): number | undefined {
    if (this.role !== 'replica' || this.caughtUpAt === undefined) return undefined;
    return Math.max(0, now - this.caughtUpAt);
  }

  async carry<T>(work: (node: ClusterNode) => Promise<T>): Promise<T> {
    this.load++;
    try {
      return await work(this.node);
    } finally {
      this.load--;
    }
  }

  figures(now: number): ServerFigures {
    const { host, role, up, look, error } = this;
    const lagMs = this.lagAt(now);
    return {
      host,
      role,
      up,
      ...(lagMs !== undefined && { lagMs }),
      ...(look && { lsn: formatLsn(look.lsn), checkedAt: new Date(Date.now() - (now - this.lookedAt)) }),
      ...(look?.timeline !== undefined && { timeline: look.timeline }),
      ...(error !== undefined && { error }),
    };
  }
}

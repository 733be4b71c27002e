import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import * as queries from './queries.js';

/** A server of a cluster, as it was last seen. */
export interface ReplicaFigures {
  /** Host and port. */
  readonly name: string;
  readonly status: string;
  /** Milliseconds: what was written longer ago is on this replica; null for others, and while unknown. */
  readonly lagMs: number | null;
}

export interface OutboxFigures {
  readonly subscriber: string;
  /** Events committed and not handled. */
  readonly waiting: number;
  /** Milliseconds since the oldest of them was written; 0 when none waits. */
  readonly oldestMs: number;
}

export interface IndexFigures {
  readonly name: string;
  readonly table: string;
  readonly bytes: number;
  /** Since statistics were reset. */
  readonly scans: number;
}

interface ServerSeen {
  readonly host: string;
  readonly role: string;
  readonly up: boolean;
  readonly lagMs?: number;
}

const CONTEXT: SystemContext = { kind: 'system', reason: 'operations' };

/** How the installation is: nothing of it names a tenant. */
export class Installation {
  readonly #relational: RelationalProvider & { servers?(): readonly ServerSeen[] };

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  /** Primary and replicas; none where there is one server. */
  replicas(): ReplicaFigures[] {
    const servers = this.#relational.servers?.() ?? [];
    return servers.map(({ host, role, up, lagMs }) => ({
      name: host,
      status: up ? role : 'down',
      lagMs: lagMs ?? null,
    }));
  }

  outbox(): Promise<OutboxFigures[]> {
    return this.#ask<OutboxFigures & Row>(queries.OUTBOX);
  }

  /** The largest 200, without those of single vector spaces. */
  indexes(): Promise<IndexFigures[]> {
    return this.#ask<IndexFigures & Row>(queries.INDEXES);
  }

  async #ask<R extends Row>(text: string): Promise<R[]> {
    return (await this.#relational.query<R>(CONTEXT, { text }, { access: 'read' })).rows;
  }
}

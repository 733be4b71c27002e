import { setTimeout as wait } from 'node:timers/promises';
import { OWNER, type TransactionContext } from '../context.js';
import { type CommitMarker, type CommitUnknownError, connectionLost, DatabaseError } from '../errors.js';
import { parseLsn } from '../session-position.js';
import { ASK_FATE, type Fate, judgeFate, type Testimony } from './fate.js';
import type { Server } from './server.js';
import type { Topology } from './topology.js';

/** `pg_xact_status` of an id that was not given out yet. */
const INVALID_PARAMETER = '22023';
const ASK_AGAIN_MS = 50;

interface FateRow extends Record<string, unknown> {
  readonly status: Testimony['status'];
  readonly recovered_to: string | null;
  readonly started_at: string;
  readonly lsn: string | null;
}

/** Finds out what became of commits whose answer was lost. */
export class Inquiry {
  readonly #topology: Topology;
  readonly #timeoutMs: number;

  constructor(topology: Topology, timeoutMs: number) {
    this.#topology = topology;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Resolves when the transaction is committed, and moves the position of its session.
   * @throws ConnectionLostError when it is not; the error that it was given when that cannot be known
   */
  async settle(error: CommitUnknownError, server: Server, context: TransactionContext): Promise<void> {
    const { marker } = error;
    if (!marker) throw error;
    const fate = await this.#findOut(marker, server, context).catch(() => 'unknown');
    if (fate === 'aborted') throw connectionLost(error.cause);
    if (fate !== 'committed') throw error;
  }

  /** A commit may be under way still: it waits for a synchronous standby, or its server has not read it yet. */
  async #findOut(marker: CommitMarker, server: Server, context: TransactionContext): Promise<Fate> {
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      const fate = await this.#ask(marker, server, context);
      if ((fate !== 'in progress' && fate !== undefined) || performance.now() > deadline)
        return fate ?? 'unknown';
      await wait(ASK_AGAIN_MS);
    }
  }

  /** Undefined when the one that was asked is lost too. */
  async #ask(marker: CommitMarker, ran: Server, context: TransactionContext): Promise<Fate | undefined> {
    const { server } = await this.#topology.reign();
    const statement = { text: ASK_FATE, values: [marker.transactionId] };
    try {
      const { rows } = await server.node.query<FateRow>(OWNER, statement, { access: 'read' });
      const { status = null, recovered_to = null, started_at = '', lsn = null } = rows[0] ?? {};
      const recoveredTo = recovered_to === null ? undefined : parseLsn(recovered_to);
      const fate = judgeFate(marker, {
        status,
        recoveredTo,
        startedAt: started_at,
        isSameAddress: server === ran,
      });
      if (fate === 'committed' && lsn !== null && context.kind === 'tenant')
        context.position?.advance(parseLsn(lsn));
      return fate;
    } catch (error) {
      if (error instanceof DatabaseError && error.sqlstate === INVALID_PARAMETER) return 'aborted';
      this.#topology.suspect(server);
      return undefined;
    }
  }
}

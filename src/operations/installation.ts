import { AquiferError } from '../errors/index.js';
import {
  commandOf,
  type ObservedStatement,
  type RelationalProvider,
  type Row,
  SlowStatements,
  type SystemContext,
  scanSql,
  type TransactionContext,
} from '../relational/index.js';
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

  /** Statements of this process that were slow. */
  readonly slow: SlowStatements;

  constructor(relational: RelationalProvider, slow: SlowStatements = new SlowStatements(0)) {
    this.#relational = relational;
    this.slow = slow;
  }

  /**
   * The plan of a slow statement, for any values: nothing is run. What a tenant's scope had sent is planned for whoever asks.
   * @throws AQF_STATEMENT_NOT_FOUND for one that is not among the last hundred; AQF_ARGUMENT_INVALID for what is no plain SELECT
   */
  async plan(id: string, asker: TransactionContext): Promise<string[]> {
    const sent = this.slow.sent(id);
    if (!sent) throw new AquiferError('AQF_STATEMENT_NOT_FOUND', 'There is no such slow statement any more.');
    if (!isPlainSelect(sent)) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'Only what plainly selects has a plan without being run.',
      );
    }
    const context = sent.context.kind === 'tenant' ? asker : CONTEXT;
    // A statement with parameters takes values, though a generic plan does not look at them.
    const values = Array<null>(parametersOf(sent.text)).fill(null);
    const statement = { text: `explain (generic_plan, costs) ${sent.text}`, values };
    const { rows } = await this.#relational.query(context, statement, { access: 'read' });
    return rows.map((row) => withoutValuesOf(String(Object.values(row)[0] ?? '')));
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

function parametersOf(text: string): number {
  const numbers = [...scanSql(text)].flatMap(({ kind, text: token }) =>
    kind === 'parameter' ? [Number(token.slice(1))] : [],
  );
  return Math.max(0, ...numbers);
}

function isPlainSelect({ context, text }: ObservedStatement): boolean {
  if (context.kind === 'owner' || commandOf(text) !== 'SELECT') return false;
  const tokens = [...scanSql(text)];
  const writes = /^(insert|update|delete|merge|into|call)$/i;
  return !tokens.some(({ kind, text: word }) => word === ';' || (kind === 'word' && writes.test(word)));
}

/** A line of a plan keeps its indentation and its figures, and loses the texts that a statement compared with. */
function withoutValuesOf(line: string): string {
  return line.replace(/'[^']*(?:''[^']*)*'/g, "'?'");
}

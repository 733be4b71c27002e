import { AquiferError } from '../../errors/index.js';
import type { TransactionContext } from '../context.js';
import { type CopyTarget, copyStatement } from '../copy/format.js';
import { type CommitMarker, CommitUnknownError, commitUnknown } from '../errors.js';
import type { TransactionDriver } from '../open-transaction.js';
import type { QueryResult, RawResult, Row, Statement, TransactionOptions } from '../provider.js';
import { isAborted, TransactionStatements } from '../transaction-statements.js';
import { COMMIT_MARKER, readCommitMarker } from './commit-marker.js';
import { type Connection, type GroupResult, toQueryResult, toRawResult } from './connection.js';
import { alone, type Group, type Step } from './group.js';
import { followLog } from './log-position.js';
import { commitGroup, fitted, openingSteps, type SessionRules } from './session-rules.js';

/**
 * A transaction on a connection that no one else uses meanwhile. Nothing is sent before its first statement, and
 * what opens it goes out with that one: no statement can run outside of it, for one that fails takes along what
 * was sent with it.
 */
export class ServerTransaction implements TransactionDriver {
  readonly #connection: Connection;
  readonly #rules: SessionRules;
  readonly #opening: readonly Step[];
  readonly #commit: Group;
  readonly #follow: () => Promise<void>;
  readonly #isTracked: boolean;
  #marker: CommitMarker | undefined;
  #opened: Promise<unknown> | undefined;
  /** Ends when the COPY that is under way does: the server would take what is sent meanwhile for its rows. */
  #copying: Promise<unknown> | undefined;
  readonly #statements = new TransactionStatements();

  constructor(
    connection: Connection,
    rules: SessionRules,
    context: TransactionContext,
    options: TransactionOptions,
  ) {
    this.#connection = connection;
    this.#rules = rules;
    this.#opening = openingSteps(rules, context, options);
    this.#commit = commitGroup(rules);
    this.#isTracked = rules.trackCommits && options.access !== 'read';
    this.#follow = async () => {
      if (options.access !== 'read') await followLog(connection, rules, context);
    };
  }

  query(statement: Statement): Promise<QueryResult<Row>> {
    return this.#statements.run(async () => toQueryResult(await this.#send(alone(statement))));
  }

  queryRaw(statement: Statement): Promise<RawResult> {
    return this.#statements.run(async () => toRawResult(await this.#send(alone(statement, 'arrays'))));
  }

  execute(sql: string): Promise<void> {
    return this.#statements.run(() => this.#execute(sql));
  }

  copyIn(target: CopyTarget, rows: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#statements.run(() => this.#copy(copyStatement(target), rows));
  }

  /** @throws the first error of the transaction where the server rolled it back for it; CommitUnknownError */
  async commit(): Promise<void> {
    await this.#statements.settle();
    if (!this.#opened) return;
    const answer = this.#connection.run(this.#commit);
    const followed = this.#follow();
    const { command } = await answer.catch((error: unknown) => {
      throw isAborted(error) ? this.#whyAborted(error) : this.#marked(error);
    });
    await followed;
    if (command !== 'COMMIT') throw this.#whyAborted();
  }

  /** Never throws: a connection that cannot roll back is given up. */
  async rollback(): Promise<void> {
    await this.#statements.settle();
    if (!this.#opened || this.#connection.isLost) return;
    await this.#connection.execute('rollback').catch((error: unknown) => this.#connection.abandon(error));
  }

  async #send(group: Group): Promise<GroupResult> {
    if (this.#opened) {
      await this.#opened;
      while (this.#copying) await this.#copying;
      return this.#run(group);
    }
    const first = this.#run({ ...group, before: this.#opening });
    this.#opened = first;
    return first;
  }

  async #execute(sql: string): Promise<void> {
    this.#opened ??= this.#open();
    await this.#opened;
    while (this.#copying) await this.#copying;
    const executed = this.#connection.execute(sql);
    await Promise.all([
      executed,
      this.#isMarkerWanted && this.#run(alone(COMMIT_MARKER)).catch(() => undefined),
    ]);
  }

  async #copy(statement: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
    this.#opened ??= this.#open();
    await this.#opened;
    while (this.#copying) await this.#copying;
    const copied = this.#connection.copyIn(statement, rows);
    const over = copied.then(
      () => undefined,
      () => undefined,
    );
    this.#copying = over.then(() => {
      this.#copying = undefined;
    });
    return copied;
  }

  /** Until the transaction has written something, each statement takes the question for its marker along. */
  async #run(group: Group): Promise<GroupResult> {
    const after = this.#isMarkerWanted ? [COMMIT_MARKER] : [];
    const result = await this.#connection.run(fitted(this.#rules, { ...group, after }));
    this.#marker ??= readCommitMarker(result.trailer);
    return result;
  }

  get #isMarkerWanted(): boolean {
    return this.#isTracked && this.#marker === undefined;
  }

  #marked(error: unknown): unknown {
    if (!(error instanceof CommitUnknownError) || !this.#marker) return error;
    return commitUnknown(error.cause, this.#marker);
  }

  /** The last of the opening steps stands in for a first statement, as several in one text cannot be that. */
  #open(): Promise<unknown> {
    const before = this.#opening.slice(0, -1);
    const statement = this.#opening[this.#opening.length - 1] as Step;
    return this.#run({ ...alone(statement), before });
  }

  #whyAborted(error?: unknown): unknown {
    return (
      this.#statements.failure ??
      error ??
      new AquiferError('AQF_QUERY_FAILED', 'The transaction was rolled back.')
    );
  }
}

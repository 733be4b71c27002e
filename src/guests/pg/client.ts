import { EventEmitter } from 'node:events';
import { AquiferError } from '../../errors/index.js';
import { type Control, controlOf, type RawResult, type TransactionOptions } from '../../relational/index.js';
import type { GuestScope } from '../host.js';
import { GuestTransaction } from '../open-transaction.js';
import { runAlone } from '../run-alone.js';
import { toPgError } from './errors.js';
import {
  type Callback,
  controlResult,
  type PgQueryConfig,
  type PgQueryResult,
  readCall,
  toPgResult,
  toStatement,
} from './query.js';

/** A transaction that was begun; it is opened with its first statement, when its characteristics are all known. */
interface Begun {
  readonly options: TransactionOptions;
  readonly opened?: GuestTransaction;
}

/** What stands in for a client of node-postgres: its statements run one after the other, in a scope. */
export class ScopedClient extends EventEmitter {
  readonly #scope: () => GuestScope;
  #begun: Begun | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(scope: () => GuestScope) {
    super();
    this.#scope = scope;
  }

  query<T extends { submit: unknown }>(stream: T): T;
  // biome-ignore lint/suspicious/noExplicitAny: rows are `any` in node-postgres, and code written for it relies on that.
  query<R = any>(query: string | PgQueryConfig, values?: readonly unknown[]): Promise<PgQueryResult<R>>;
  query(query: string | PgQueryConfig, callback: Callback): void;
  query(query: string | PgQueryConfig, values: readonly unknown[], callback: Callback): void;
  query(query: string | PgQueryConfig, values?: readonly unknown[] | Callback, callback?: Callback): unknown {
    const call = readCall(query, values, callback);
    const answer = this.#enqueue(() => this.#run(call.config));
    if (!call.callback) return answer;
    const { callback: tell } = call;
    answer.then(
      (result) => tell(null, result),
      (error: Error) => tell(error, controlResult('')),
    );
    return undefined;
  }

  /** A transaction that was left open is rolled back. */
  async abandon(): Promise<void> {
    await this.#enqueue(() => this.#end((transaction) => transaction.rollback())).catch(() => undefined);
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run(config: PgQueryConfig): Promise<PgQueryResult> {
    try {
      const control = controlOf(config.text);
      if (control.kind !== 'none' && control.kind !== 'savepoint') return await this.#control(control);
      if (control.kind === 'savepoint' && !this.#begun) throw outsideOfTransaction(config.text);
      return toPgResult(config, await this.#send(config));
    } catch (error) {
      throw toPgError(error);
    }
  }

  async #send(config: PgQueryConfig): Promise<RawResult> {
    if (!this.#begun) return runAlone(this.#scope(), toStatement(config));
    const { options, opened = await GuestTransaction.open(this.#scope(), options) } = this.#begun;
    this.#begun = { options, opened };
    return opened.queryRaw(toStatement(config));
  }

  async #control(control: Exclude<Control, { kind: 'none' | 'savepoint' }>): Promise<PgQueryResult> {
    switch (control.kind) {
      case 'begin':
        // PostgreSQL only warns of a BEGIN in a transaction.
        this.#begun ??= { options: control.options };
        return controlResult('BEGIN');
      case 'characteristics':
        this.#characterise(control.options);
        return controlResult('SET');
      case 'commit':
        await this.#end((transaction) => transaction.commit());
        return controlResult('COMMIT');
      case 'rollback':
        await this.#end((transaction) => transaction.rollback());
        return controlResult('ROLLBACK');
    }
  }

  #characterise(options: TransactionOptions): void {
    if (!this.#begun || this.#begun.opened) {
      const message = 'SET TRANSACTION comes right after BEGIN, before any other statement.';
      throw new AquiferError('AQF_ARGUMENT_INVALID', message);
    }
    this.#begun = { options: { ...this.#begun.options, ...options } };
  }

  async #end(how: (transaction: GuestTransaction) => Promise<void>): Promise<void> {
    const opened = this.#begun?.opened;
    this.#begun = undefined;
    if (opened) await how(opened);
  }
}

function outsideOfTransaction(text: string): AquiferError {
  const [word = ''] = text.trim().split(/\s/);
  return new AquiferError('AQF_ARGUMENT_INVALID', `${word.toUpperCase()} can only be used in transactions.`);
}

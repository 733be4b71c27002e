import type { ExecuteStatementCommandOutput, SqlParameter } from '@aws-sdk/client-rds-data';
import { AquiferError } from '../../errors/index.js';
import type { TransactionContext } from '../context.js';
import { ConnectionLostError, DatabaseError } from '../errors.js';
import { Mutex } from '../mutex.js';
import type { TransactionDriver } from '../open-transaction.js';
import type { QueryResult, RawResult, Row, Statement, TransactionOptions } from '../provider.js';
import { isAborted, TransactionStatements } from '../transaction-statements.js';
import { commit } from './commit.js';
import type { DataApi } from './data-api.js';
import { nameParameters } from './named-parameters.js';
import { openingStatements } from './opening.js';
import type { ParameterTypes } from './parameter-types.js';
import { typedParameters, untypedParameters } from './parameters.js';
import { firstText, toQueryResult, toRawResult } from './results.js';
import { splitStatements } from './split-statements.js';
import { isPreparable, mayChangeTypes } from './statement-kinds.js';

/** Errors that types of parameters may be the reason of, by SQLSTATE class: data exception, no such thing. */
const ABOUT_TYPES = /^(22|42)/;

/**
 * One transaction of the Data API. It begins with its first statement; its statements run one after the other,
 * for the service refuses a call while another of the same transaction is under way.
 */
export class AuroraTransaction implements TransactionDriver {
  readonly #api: DataApi;
  readonly #types: ParameterTypes;
  readonly #context: TransactionContext;
  readonly #options: TransactionOptions;
  readonly #queue = new Mutex();
  /** Resolves to the id of the transaction; rejected, nothing can run in it. */
  #opened: Promise<string> | undefined;
  #lost: ConnectionLostError | undefined;
  readonly #statements = new TransactionStatements();

  constructor(api: DataApi, types: ParameterTypes, context: TransactionContext, options: TransactionOptions) {
    this.#api = api;
    this.#types = types;
    this.#context = context;
    this.#options = options;
  }

  async query(statement: Statement): Promise<QueryResult<Row>> {
    return toQueryResult(await this.#inTurn(() => this.#run(statement)));
  }

  async queryRaw(statement: Statement): Promise<RawResult> {
    return toRawResult(await this.#inTurn(() => this.#run(statement)));
  }

  async execute(sql: string): Promise<void> {
    const statements = splitStatements(sql);
    await this.#inTurn(async () => {
      for (const statement of statements) await this.#sendAsIs(statement);
    });
  }

  /** @throws the last error of the transaction where the server rolled it back for it; CommitUnknownError */
  async commit(): Promise<void> {
    await this.#statements.settle();
    if (this.#lost) throw this.#lost;
    if (!this.#opened) return;
    const id = await this.#opened;
    await commit(this.#api, id, await this.#writes(id));
  }

  /** Never throws: the service rolls back by itself what is left alone for three minutes. */
  async rollback(): Promise<void> {
    await this.#statements.settle();
    await this.#opened?.then((id) => this.#api.rollback(id)).catch(() => undefined);
  }

  /** PostgreSQL's id of the transaction; undefined when it wrote nothing. Fails when the transaction has failed. */
  async #writes(id: string): Promise<string | undefined> {
    if (this.#options.access === 'read' && this.#statements.failure === undefined) return undefined;
    try {
      const sql = 'select pg_catalog.pg_current_xact_id_if_assigned()::text';
      return firstText(await this.#api.execute(sql, [], id));
    } catch (error) {
      throw isAborted(error) ? (this.#statements.failure ?? error) : error;
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#statements.run(() => this.#queue.run(task));
  }

  async #run({ text, values = [] }: Statement): Promise<ExecuteStatementCommandOutput> {
    const named = nameParameters(text);
    if (named.parameters !== values.length) throw wrongNumber(named.parameters, values.length);
    if (values.length === 0 || !isPreparable(text)) {
      return this.#sendAsIs(named.text, untypedParameters(values));
    }
    const types = await this.#types.of(text, async (sql) => firstText(await this.#send(sql)));
    return this.#sendTyped(text, values, types);
  }

  async #sendAsIs(sql: string, parameters?: SqlParameter[]): Promise<ExecuteStatementCommandOutput> {
    const output = await this.#send(sql, parameters);
    if (mayChangeTypes(sql)) this.#types.forgetAll();
    return output;
  }

  async #sendTyped(text: string, values: readonly unknown[], types: readonly string[]) {
    try {
      return await this.#send(nameParameters(text, types).text, typedParameters(values, types));
    } catch (error) {
      if (error instanceof DatabaseError && ABOUT_TYPES.test(error.sqlstate ?? '')) this.#types.forget(text);
      throw error;
    }
  }

  async #send(sql: string, parameters: SqlParameter[] = []) {
    if (this.#lost) throw this.#lost;
    this.#opened ??= this.#open();
    return this.#call(sql, parameters, await this.#opened);
  }

  async #call(sql: string, parameters: SqlParameter[], id: string) {
    try {
      return await this.#api.execute(sql, parameters, id);
    } catch (error) {
      // Whether the statement ran is not known, so nothing may follow it and it must not be committed.
      if (error instanceof ConnectionLostError) this.#lost = error;
      throw error;
    }
  }

  /** Begins and enters the context, read only where that is asked for. */
  async #open(): Promise<string> {
    const id = await this.#api.begin();
    try {
      for (const { text, values = [] } of openingStatements(this.#context, this.#options)) {
        const types = values.map(() => 'text');
        await this.#call(nameParameters(text, types).text, typedParameters(values, types), id);
      }
      return id;
    } catch (error) {
      await this.#api.rollback(id).catch(() => undefined);
      throw error;
    }
  }
}

function wrongNumber(expected: number, given: number): AquiferError {
  const message = `The statement has ${expected} parameters, and ${given} values were given.`;
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

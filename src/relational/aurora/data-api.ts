import type { ExecuteStatementCommandOutput, RDSDataClient, SqlParameter } from '@aws-sdk/client-rds-data';
import { loadPeer } from '../../peers/index.js';
import { Backoff } from './backoff.js';
import { lost, outcomeOf, toAuroraError, unavailable } from './failures.js';
import { type AuroraOptions, DEFAULTS, regionOf } from './options.js';

type Sdk = typeof import('@aws-sdk/client-rds-data');

const PEER = {
  name: '@aws-sdk/client-rds-data',
  install: '@aws-sdk/client-rds-data@3',
  neededBy: 'The relational provider aurora',
};

/** How long calls that were throttled are sent again, in milliseconds. */
const THROTTLED_FOR_MS = 20_000;
/** Attempts to begin a transaction when the service does not answer. */
const MOST_UNANSWERED = 3;

/** @throws AQF_PEER_MISSING */
export async function connectDataApi(options: AuroraOptions): Promise<DataApi> {
  const sdk = await loadPeer(PEER, () => import('@aws-sdk/client-rds-data'));
  const region = regionOf(options);
  const client = new sdk.RDSDataClient({
    // The SDK would send a statement again whose answer was lost, and run it twice.
    maxAttempts: 1,
    ...(region === undefined ? {} : { region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  });
  return new DataApi(sdk, client, options);
}

/** The calls of the Data API on one database. Only what was surely not done is sent again. */
export class DataApi {
  readonly #sdk: Sdk;
  readonly #client: RDSDataClient;
  readonly #options: AuroraOptions;
  readonly #closing = new AbortController();

  constructor(sdk: Sdk, client: RDSDataClient, options: AuroraOptions) {
    this.#sdk = sdk;
    this.#client = client;
    this.#options = options;
  }

  get commitLookupMs(): number {
    return this.#options.commitLookupMs ?? DEFAULTS.commitLookupMs;
  }

  /**
   * Begins a transaction and gives its id, waiting while a paused cluster resumes.
   * @throws AQF_DATABASE_UNAVAILABLE, AQF_LAYER_CLOSED
   */
  async begin(): Promise<string> {
    const backoff = new Backoff({
      firstMs: 250,
      longestMs: 5_000,
      totalMs: this.#options.resumeTimeoutMs ?? DEFAULTS.resumeTimeoutMs,
      signal: this.#closing.signal,
    });
    for (let unanswered = 0; ; ) {
      try {
        return await this.#begin();
      } catch (error) {
        const outcome = outcomeOf(error);
        if (outcome === 'unknown') unanswered++;
        const isOver = outcome === 'refused' || unanswered >= MOST_UNANSWERED;
        if (isOver || !(await backoff.wait())) throw unavailable(error);
      }
    }
  }

  /** One statement, in the transaction or in one of its own. @throws a DatabaseError */
  async execute(
    sql: string,
    parameters: SqlParameter[] = [],
    transactionId?: string,
  ): Promise<ExecuteStatementCommandOutput> {
    const input = {
      ...this.#database,
      sql,
      parameters,
      includeResultMetadata: true,
      resultSetOptions: { longReturnType: 'STRING', decimalReturnType: 'STRING' } as const,
      ...(transactionId === undefined ? {} : { transactionId }),
    };
    return this.#whileThrottled((options) =>
      this.#client.send(new this.#sdk.ExecuteStatementCommand(input), options),
    ).catch((error: unknown) => {
      throw toAuroraError(error);
    });
  }

  /** Rejects with what the SDK threw, as its outcome matters here. */
  async commit(transactionId: string): Promise<void> {
    const input = { ...this.#cluster, transactionId };
    await this.#whileThrottled((options) =>
      this.#client.send(new this.#sdk.CommitTransactionCommand(input), options),
    );
  }

  async rollback(transactionId: string): Promise<void> {
    const input = { ...this.#cluster, transactionId };
    await this.#whileThrottled((options) =>
      this.#client.send(new this.#sdk.RollbackTransactionCommand(input), options),
    );
  }

  /** Ends what waits for a paused cluster. */
  stopWaiting(): void {
    this.#closing.abort();
  }

  destroy(): void {
    this.#client.destroy();
  }

  get #cluster() {
    const { resourceArn, secretArn } = this.#options;
    return { resourceArn, secretArn };
  }

  get #database() {
    return { ...this.#cluster, database: this.#options.database };
  }

  async #begin(): Promise<string> {
    const command = new this.#sdk.BeginTransactionCommand(this.#database);
    const { transactionId } = await this.#client.send(command, this.#deadline());
    if (transactionId === undefined) throw lost('The Data API gave no transaction id.');
    return transactionId;
  }

  async #whileThrottled<T>(send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const backoff = new Backoff({ firstMs: 50, longestMs: 2_000, totalMs: THROTTLED_FOR_MS });
    for (;;) {
      try {
        return await send(this.#deadline());
      } catch (error) {
        if (outcomeOf(error) !== 'throttled' || !(await backoff.wait())) throw error;
      }
    }
  }

  #deadline(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs) };
  }
}

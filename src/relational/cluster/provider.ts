import pg from 'pg';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { TransactionContext } from '../context.js';
import { CommitUnknownError, connectionLost } from '../errors.js';
import { measureHealth } from '../health.js';
import { UNKNOWN_LSN } from '../postgres/log-position.js';
import { openPostgresNode } from '../postgres/provider.js';
import { readServerAddress } from '../postgres/server-address.js';
import type {
  PoolFigures,
  ProviderHealth,
  QueryOptions,
  QueryResult,
  RawResult,
  RelationalProvider,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from '../provider.js';
import { retrying } from '../retry.js';
import { SessionPosition } from '../session-position.js';
import { Attempt } from './attempt.js';
import { Inquiry } from './inquiry.js';
import { Lookout } from './lookout.js';
import { isLoss, isReplayConflict } from './losses.js';
import type { ClusterNode } from './node.js';
import { type ClusterOptions, type Limits, limitsOf } from './options.js';
import { PrimaryWork } from './primary-work.js';
import { Router } from './router.js';
import { Server, type ServerFigures } from './server.js';
import { Subscription } from './subscription.js';
import { Topology } from './topology.js';
import { Watchers } from './watchers.js';

export type { ClusterOptions, FailoverOptions } from './options.js';
export type { ServerFigures, ServerRole } from './server.js';
export { clusterUrls } from './urls.js';

/** A primary and its replicas, whichever of the servers is which. */
export interface RelationalCluster extends RelationalProvider {
  /** What is known of each server now. */
  servers(): readonly ServerFigures[];
}

const LOOK_TIMEOUT_MS = 1_000;

/**
 * A primary and its replicas as one provider. Which server is which is asked of the servers.
 *
 * Reads (`access: 'read'`) go to replicas within `lagThresholdMs` that have replayed what the session wrote (the
 * `position` of its context), else to the primary. While there is no primary, replicas that were within the threshold
 * when it was lost go on serving. When a replica fails, the read runs again elsewhere: `work` of a
 * transaction that reads may run more than once.
 *
 * When the primary is lost, work waits for its successor, at most `failover.timeoutMs`, and single statements and
 * transactions of which no statement was answered run again there; what such a `work` does before its first
 * statement is then done twice. A transaction that was further gets a ConnectionLostError, or runs again where
 * `retries` allow it. Where COMMIT was sent and its answer was lost, the server, or the one in its place, is asked
 * what became of it: committed, the result is returned as if nothing had happened; otherwise as before. Only where
 * that cannot be found out a CommitUnknownError is thrown.
 * @throws AQF_DATABASE_UNAVAILABLE, AQF_CONFIG_INVALID
 */
export async function openCluster(options: ClusterOptions): Promise<RelationalCluster> {
  if (options.urls.length === 0)
    throw new AquiferError('AQF_CONFIG_INVALID', 'A cluster needs a URL at least.');
  const limits = limitsOf(options);
  const servers = options.urls.map((url) => new Server(hostOf(url), openNode(options, url)));
  const lookouts = options.urls.map((url) => new Lookout(url, LOOK_TIMEOUT_MS));
  const topology = new Topology(servers, limits);
  const cluster = new Cluster(topology, limits, new Watchers(topology, lookouts, limits));
  try {
    await topology.firstRound();
    // Where nobody answers, nobody will be promoted either: more likely the addresses are wrong.
    if (servers.every(({ error }) => error !== undefined)) throw topology.noPrimary();
    await topology.reign();
  } catch (error) {
    await cluster.close();
    throw error;
  }
  return cluster;
}

function openNode({ urls: _, lagThresholdMs: __, failover: ___, ...node }: ClusterOptions, url: string) {
  return openPostgresNode({ ...node, url, trackCommits: true });
}

function hostOf(url: string): string {
  const { host, port } = new pg.Client(readServerAddress(url).client);
  return host.startsWith('/') ? host : `${host}:${port}`;
}

class Cluster implements RelationalCluster {
  readonly kind = 'postgres';
  readonly #topology: Topology;
  readonly #watchers: Watchers;
  readonly #router: Router;
  readonly #primary: PrimaryWork;
  readonly #inquiry: Inquiry;
  #closed: Promise<void> | undefined;

  constructor(topology: Topology, limits: Limits, watchers: Watchers) {
    this.#topology = topology;
    this.#watchers = watchers;
    this.#router = new Router(topology, limits);
    this.#primary = new PrimaryWork(topology, limits.timeoutMs);
    this.#inquiry = new Inquiry(topology, limits.timeoutMs);
  }

  query<R extends Row>(
    context: TransactionContext,
    statement: Statement,
    options: QueryOptions = {},
  ): Promise<QueryResult<R>> {
    if (options.access === 'read')
      return this.#read(context, (node) => node.query<R>(context, statement, options));
    return this.#write(context, (tx) => tx.query<R>(statement), {}, always);
  }

  queryRaw(
    context: TransactionContext,
    statement: Statement,
    options: QueryOptions = {},
  ): Promise<RawResult> {
    if (options.access === 'read')
      return this.#read(context, (node) => node.queryRaw(context, statement, options));
    return this.#write(context, (tx) => tx.queryRaw(statement), {}, always);
  }

  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    { retries = 0, ...options }: TransactionOptions = {},
  ): Promise<T> {
    let repeats = retries;
    const mayRepeat = (attempt: Attempt<T>) => attempt.isUntouched || repeats-- > 0;
    return retrying(retries, () => {
      if (options.access !== 'read') return this.#write(context, work, options, mayRepeat);
      const run = (node: ClusterNode) => node.transaction(context, work, options);
      // A standby cannot give what serializable promises (PostgreSQL manual, "Caveats" of hot standby).
      return options.isolation === 'serializable' ? this.#readOnPrimary(run) : this.#read(context, run);
    });
  }

  /** On the primary, and not again when it is lost. */
  maintain<T>(work: (execute: (sql: string) => Promise<void>) => Promise<T>): Promise<T> {
    return this.#primary.run(
      ({ server }) => server.node.maintain(work),
      () => false,
    );
  }

  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    let hasBegun = false;
    return this.#primary.run(
      ({ server, signal }) =>
        server.node
          .exclusively(name, (lost) => {
            hasBegun = true;
            return work(AbortSignal.any([lost, signal]));
          })
          .catch((error: unknown) => {
            throw hasBegun || isAquiferError(error) ? error : connectionLost(error);
          }),
      () => !hasBegun,
    );
  }

  async listen(channel: string, heard: (payload: string) => void) {
    const subscription = new Subscription(channel, heard, this.#topology, this.#primary);
    return (await subscription.begin()) ? () => subscription.end() : undefined;
  }

  servers(): readonly ServerFigures[] {
    return this.#topology.figures();
  }

  /** Of all servers together. */
  pool(): PoolFigures | undefined {
    return this.#topology.servers
      .flatMap(({ node }) => node.pool() ?? [])
      .reduce((sum, { total, idle, waiting, max }) => ({
        total: sum.total + total,
        idle: sum.idle + idle,
        waiting: sum.waiting + waiting,
        max: sum.max + max,
      }));
  }

  async isAvailable(): Promise<boolean> {
    return (await this.health()).status === 'up';
  }

  /** Of the primary. */
  health(): Promise<ProviderHealth> {
    return measureHealth(async () => {
      const { primary } = this.#topology;
      const health = await primary?.node.health();
      if (health?.status !== 'up') throw new Error(health?.error ?? this.#topology.noPrimary().message);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#watchers.close();
    this.#topology.close();
    await Promise.all(this.#topology.servers.map(({ node }) => node.close()));
  }

  async #read<T>(context: TransactionContext, run: (node: ClusterNode) => Promise<T>): Promise<T> {
    this.#watchers.noteRead();
    const tried = new Set<Server>();
    const position = context.kind === 'tenant' ? context.position?.lsn : undefined;
    for (
      let replica = this.#router.pick(position, tried);
      replica;
      replica = this.#router.pick(position, tried)
    ) {
      tried.add(replica);
      try {
        return await replica.carry(run);
      } catch (error) {
        if (isLoss(error)) this.#topology.suspect(replica);
        else if (!isReplayConflict(error)) throw error;
      }
    }
    return this.#readOnPrimary(run);
  }

  #readOnPrimary<T>(run: (node: ClusterNode) => Promise<T>): Promise<T> {
    return this.#primary.run(
      ({ server }) => run(server.node),
      () => true,
    );
  }

  #write<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions,
    mayRepeat: (attempt: Attempt<T>) => boolean,
  ): Promise<T> {
    let attempt = new Attempt(work);
    const written = new SessionPosition();
    const own = context.kind === 'tenant' && context.position ? { ...context, position: written } : context;
    return this.#primary.run(
      async ({ server }) => {
        attempt = new Attempt(work);
        try {
          await server.node.transaction(own, attempt.run, options);
        } catch (error) {
          if (!(error instanceof CommitUnknownError)) throw error;
          this.#topology.suspect(server);
          await this.#inquiry.settle(error, server, context);
        }
        this.#noteCommit(context, written);
        return attempt.value;
      },
      () => mayRepeat(attempt),
    );
  }

  /** What a client carried as its position is not taken for something that was committed. */
  #noteCommit(context: TransactionContext, { lsn }: SessionPosition): void {
    if (lsn === undefined) return;
    if (context.kind === 'tenant') context.position?.advance(lsn);
    if (lsn < UNKNOWN_LSN) this.#topology.committed(lsn);
  }
}

function always(): boolean {
  return true;
}

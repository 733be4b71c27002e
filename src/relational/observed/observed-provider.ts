import type { TransactionContext } from '../context.js';
import type {
  QueryOptions,
  QueryResult,
  RawResult,
  RelationalProvider,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from '../provider.js';
import { type StatementObserver, watched } from './observed-statement.js';
import { ObservedTransaction } from './observed-transaction.js';

/** What a cluster has besides. */
interface WithServers {
  servers?(): readonly unknown[];
}

/** The same provider, whose slow statements are told to an observer. */
export function observed(
  provider: RelationalProvider & WithServers,
  observer: StatementObserver,
): RelationalProvider & WithServers {
  return new ObservedProvider(provider, observer);
}

class ObservedProvider implements RelationalProvider, WithServers {
  readonly kind: RelationalProvider['kind'];
  readonly maintain?: NonNullable<RelationalProvider['maintain']>;
  readonly servers?: () => readonly unknown[];
  readonly #inner: RelationalProvider;
  readonly #observer: StatementObserver;

  constructor(inner: RelationalProvider & WithServers, observer: StatementObserver) {
    this.kind = inner.kind;
    this.#inner = inner;
    this.#observer = observer;
    if (inner.maintain) this.maintain = inner.maintain.bind(inner);
    if (inner.servers) this.servers = inner.servers.bind(inner);
  }

  query<R extends Row>(
    context: TransactionContext,
    statement: Statement,
    options?: QueryOptions,
  ): Promise<QueryResult<R>> {
    const answer = this.#inner.query<R>(context, statement, options);
    return watched(this.#observer, context, statement.text, answer);
  }

  queryRaw(context: TransactionContext, statement: Statement, options?: QueryOptions): Promise<RawResult> {
    const answer = this.#inner.queryRaw(context, statement, options);
    return watched(this.#observer, context, statement.text, answer);
  }

  transaction<T>(
    context: TransactionContext,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const observedWork = (tx: Transaction) => work(new ObservedTransaction(tx, this.#observer, context));
    return this.#inner.transaction(context, observedWork, options);
  }

  exclusively(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return this.#inner.exclusively(name, work);
  }

  listen(channel: string, heard: (payload: string) => void) {
    return this.#inner.listen(channel, heard);
  }

  pool() {
    return this.#inner.pool();
  }

  isAvailable() {
    return this.#inner.isAvailable();
  }

  health() {
    return this.#inner.health();
  }

  close() {
    return this.#inner.close();
  }
}

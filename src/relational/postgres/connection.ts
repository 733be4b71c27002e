import type pg from 'pg';
import { connectionLost, toDatabaseError } from '../errors.js';
import type { QueryResult, RawResult, Row } from '../provider.js';
import { CopyQuery } from './copy-query.js';
import { endsConnection, isRefusal, lostInFlight } from './failures.js';
import type { Group } from './group.js';
import { GroupQuery } from './group-query.js';
import { StatementNames } from './names.js';
import { gatherWrites, type Wire } from './wire.js';

/** What a group gave; `command` is the server's word for what it did, such as `COMMIT` or `ROLLBACK`. */
export type GroupResult = QueryResult<Row> &
  RawResult & { readonly command: string; readonly trailer: readonly (string | null)[] | undefined };

/** A connection that answers groups in the order they were sent, without waiting between them. */
export class Connection {
  readonly #client: pg.ClientBase;
  readonly #names = new StatementNames();
  #lost: { readonly reason: unknown } | undefined;

  constructor(client: pg.ClientBase) {
    this.#client = client;
    // Without a listener a connection that breaks between two statements would end the process.
    client.on('error', (reason) => this.#lose(reason));
  }

  /** True once it must not serve anyone again. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** For a connection whose state is not known: it is closed in place of being used again. */
  abandon(reason: unknown): void {
    this.#lose(reason);
  }

  /** Breaks it at once, in the middle of whatever it does. */
  cut(reason: unknown): void {
    this.#lose(reason);
    this.#wire.stream.destroy();
  }

  /** @throws a DatabaseError; CommitUnknownError where the group commits and the connection broke meanwhile */
  run(group: Group): Promise<GroupResult> {
    // Nothing was sent, so nothing can have been committed.
    if (this.#lost) return Promise.reject(connectionLost(this.#lost.reason));
    return new Promise((resolve, reject) => {
      const query = new GroupQuery(this.#withAdmittedName(group), (error, result) => {
        if (error) reject(this.#failure(error, group, query));
        else resolve(toResult(result, query.trailer));
      });
      gatherWrites(this.#wire);
      this.#client.query(query as unknown as pg.Submittable);
    });
  }

  /** Several statements in one text, without parameters. */
  async execute(sql: string): Promise<void> {
    if (this.#lost) throw connectionLost(this.#lost.reason);
    gatherWrites(this.#wire);
    try {
      await this.#client.query(sql);
    } catch (error) {
      throw this.#translate(error) ?? connectionLost(this.#reasonFor(error));
    }
  }

  /**
   * A COPY … FROM STDIN; nothing else may be sent until it has ended.
   * @throws what the source of the rows throws
   */
  copyIn(statement: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
    if (this.#lost) return Promise.reject(connectionLost(this.#lost.reason));
    return new Promise((resolve, reject) => {
      const copy = new CopyQuery(statement, rows, (failure, copied) => {
        if (failure === undefined) resolve(copied);
        else if (copy.failedAtSource) reject(failure);
        else reject(this.#translate(failure) ?? connectionLost(this.#reasonFor(failure)));
      });
      gatherWrites(this.#wire);
      this.#client.query(copy as unknown as pg.Submittable);
    });
  }

  get #wire(): Wire {
    return (this.#client as unknown as { readonly connection: Wire }).connection;
  }

  #withAdmittedName(group: Group): Group {
    const admitted = this.#names.admit(group.statement.name);
    if (admitted === group.statement.name) return group;
    const { name: _, ...statement } = group.statement;
    return { ...group, statement: admitted === undefined ? statement : { ...statement, name: admitted } };
  }

  #failure(error: Error, group: Group, query: GroupQuery): Error {
    return this.#translate(error) ?? lostInFlight(group, query, this.#reasonFor(error));
  }

  /** An error that leaves the connection as it was; undefined for one that ends it. */
  #translate(error: unknown): Error | undefined {
    if (isRefusal(error) || (!this.#lost && !endsConnection(error))) return toDatabaseError(error);
    this.#lose(error);
    return undefined;
  }

  /** The first sign says why; what follows only says that it is so. */
  #reasonFor(error: unknown): unknown {
    return this.#lost?.reason ?? error;
  }

  #lose(reason: unknown): void {
    this.#lost ??= { reason };
  }
}

export function toQueryResult({ rows, affected }: GroupResult): QueryResult<Row> {
  return { rows, affected };
}

export function toRawResult({ rows, fields, affected }: GroupResult): RawResult {
  return { rows, fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })), affected };
}

function toResult(
  { rows, rowCount, fields, command }: pg.QueryResult<never>,
  trailer: GroupResult['trailer'],
): GroupResult {
  return { rows, fields, affected: rowCount ?? 0, command, trailer };
}

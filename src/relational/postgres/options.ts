export interface PostgresPoolOptions {
  /** Connections kept open when idle. */
  readonly min: number;
  /** Connections open at once. */
  readonly max: number;
  /** Milliseconds; 0 for never. */
  readonly idleTimeoutMs: number;
  /** Milliseconds a caller waits for a connection. */
  readonly acquireTimeoutMs: number;
  /** Callers that may wait for a connection at once. @default 1000 */
  readonly queueLimit?: number;
}

export interface PostgresOptions {
  /**
   * `postgres://user:password@host:5432/database`, or `?host=/folder` for a Unix socket. Of libpq's parameters
   * `sslmode` and its companions are honoured, and `pgbouncer=true` is the same as the option.
   */
  readonly url: string;
  readonly pool: PostgresPoolOptions;
  /** Milliseconds after which the server cancels a statement; 0 for never. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** Milliseconds after which the server ends a transaction that sends nothing; 0 for never. @default 60000 */
  readonly idleInTransactionTimeoutMs?: number;
  /** A PgBouncer in transaction mode is in between: nothing is kept in a session. @default false */
  readonly pgbouncer?: boolean;
  /** Whether statements are prepared under their names. `auto`: not behind PgBouncer. @default 'auto' */
  readonly namedStatements?: 'auto' | 'always' | 'never';
  /**
   * Whether a CommitUnknownError tells by what its transaction can be found again. The server has to have said so
   * before COMMIT is sent, so a single write takes two round trips in place of one.
   * @default false
   */
  readonly trackCommits?: boolean;
}

export const DEFAULTS = {
  queueLimit: 1000,
  statementTimeoutMs: 30_000,
  idleInTransactionTimeoutMs: 60_000,
} as const;

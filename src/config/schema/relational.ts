import { z } from 'zod';
import { isPostgresUrl } from '../url.js';
import { aurora } from './aurora.js';
import { cluster } from './cluster.js';
import { choice, flag, settingRegistry, wholeNumber } from './setting.js';

const pool = z.strictObject({
  min: wholeNumber({
    min: 0,
    max: 1000,
    default: 2,
    description: 'Connections to the PostgreSQL server kept open when idle.',
    variables: ['AQUIFER_RELATIONAL_POOL_MIN'],
  }),
  max: wholeNumber({
    min: 1,
    max: 1000,
    default: 10,
    description: 'Connections to the PostgreSQL server open at once.',
    variables: ['AQUIFER_RELATIONAL_POOL_MAX'],
  }),
  idleTimeoutMs: wholeNumber({
    min: 0,
    max: 86_400_000,
    default: 30_000,
    description: 'Milliseconds after which an idle connection above the minimum is closed; 0 for never.',
    variables: ['AQUIFER_RELATIONAL_POOL_IDLE_TIMEOUT_MS'],
  }),
  acquireTimeoutMs: wholeNumber({
    min: 1,
    max: 3_600_000,
    default: 10_000,
    description: 'Milliseconds a caller waits for a free connection before it gets an error.',
    variables: ['AQUIFER_RELATIONAL_POOL_ACQUIRE_TIMEOUT_MS'],
  }),
  queueLimit: wholeNumber({
    min: 0,
    max: 1_000_000,
    default: 1000,
    description: 'Callers that may wait for a connection at once; one more gets an error at once.',
    variables: ['AQUIFER_RELATIONAL_POOL_QUEUE_LIMIT'],
  }),
});

export const relational = z.strictObject({
  provider: choice(['embedded', 'postgres', 'aurora'], 'embedded', {
    description:
      'Where rows live: `embedded` (PostgreSQL inside this process, in `dataDir`), `postgres` (a server) or `aurora` (a cluster through the RDS Data API). A `relational.url` alone implies `postgres`.',
    variables: ['AQUIFER_RELATIONAL_PROVIDER', 'RELATIONAL_DB_PROVIDER'],
  }),
  url: z
    .string()
    .refine(isPostgresUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description:
        'Connection URL of the PostgreSQL server. A Unix socket is named as `?host=/folder`, encryption as `?sslmode=verify-full`.',
      allowed:
        'postgres://user:password@host:5432/database, or ?host=/folder for a Unix socket, with special characters of the password percent-encoded',
      variables: ['AQUIFER_DATABASE_URL', 'DATABASE_URL', 'RELATIONAL_DB_URL'],
      composedFrom: [
        'RELATIONAL_DB_HOST',
        'RELATIONAL_DB_PORT',
        'RELATIONAL_DB_USER',
        'RELATIONAL_DB_PASSWORD',
        'RELATIONAL_DB_NAME',
      ],
    }),
  ...cluster,
  aurora: aurora.prefault({}),
  pool: pool.prefault({}),
  statementTimeoutMs: wholeNumber({
    min: 0,
    max: 86_400_000,
    default: 30_000,
    description: 'Milliseconds after which the server cancels a statement; 0 for never.',
    variables: ['AQUIFER_RELATIONAL_STATEMENT_TIMEOUT_MS'],
  }),
  idleInTransactionTimeoutMs: wholeNumber({
    min: 0,
    max: 86_400_000,
    default: 60_000,
    description: 'Milliseconds after which the server ends a transaction that sends nothing; 0 for never.',
    variables: ['AQUIFER_RELATIONAL_IDLE_IN_TRANSACTION_TIMEOUT_MS'],
  }),
  pgbouncer: flag({
    default: false,
    description:
      'Whether a PgBouncer in transaction mode stands before the server; `?pgbouncer=true` in the URL says the same.',
    variables: ['AQUIFER_RELATIONAL_PGBOUNCER'],
  }),
  namedStatements: choice(['auto', 'always', 'never'], 'auto', {
    description:
      'Whether statements are prepared under their names; `auto`: not behind a PgBouncer. `always` there needs its `max_prepared_statements`.',
    variables: ['AQUIFER_RELATIONAL_NAMED_STATEMENTS'],
  }),
  migrate: choice(['auto', 'check', 'off'], 'auto', {
    description:
      'What a start does about the schema: `auto` brings it up to date, `check` refuses to start while it is behind (then `aquifer migrate` does it), `off` does not look.',
    variables: ['AQUIFER_RELATIONAL_MIGRATE'],
  }),
});

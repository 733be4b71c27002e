import { z } from 'zod';
import { isPostgresUrl } from '../url.js';
import { choice, settingRegistry, wholeNumber } from './setting.js';

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
});

export const relational = z.strictObject({
  provider: choice(['embedded', 'postgres'], 'embedded', {
    description:
      'Where rows live: `embedded` (PostgreSQL inside this process, in `dataDir`) or `postgres` (a server). A `relational.url` alone implies `postgres`.',
    allowed: 'embedded or postgres (aurora is planned, not part of this version)',
    variables: ['AQUIFER_RELATIONAL_PROVIDER', 'RELATIONAL_DB_PROVIDER'],
  }),
  url: z
    .string()
    .refine(isPostgresUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Connection URL of the PostgreSQL server. A Unix socket is named as `?host=/folder`.',
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
  pool: pool.prefault({}),
});

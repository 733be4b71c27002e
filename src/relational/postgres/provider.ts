import { AquiferError } from '../../errors/index.js';
import type { RelationalProvider } from '../provider.js';
import { openPostgresNode } from './node.js';
import type { PostgresOptions } from './options.js';

export type { PostgresNode } from './node.js';
export { openPostgresNode } from './node.js';
export type { PostgresOptions, PostgresPoolOptions } from './options.js';

/** A PostgreSQL server that answers. @throws AQF_DATABASE_UNAVAILABLE, AQF_CONFIG_INVALID */
export async function openPostgres(options: PostgresOptions): Promise<RelationalProvider> {
  const provider = openPostgresNode(options);
  const health = await provider.health();
  if (health.status === 'up') return provider;
  await provider.close();
  throw new AquiferError('AQF_DATABASE_UNAVAILABLE', `PostgreSQL does not answer: ${health.error}`);
}

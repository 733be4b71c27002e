import type { AquiferConfig } from '../config/index.js';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';

/** Opens the relational provider that the configuration names; its code is loaded only then. */
export async function openRelational(config: AquiferConfig): Promise<RelationalProvider> {
  const { provider, url, hosts, lagThresholdMs, failover, pgbouncer, migrate, aurora, ...settings } =
    config.relational;
  if (hosts !== undefined && provider !== 'postgres') {
    throw new AquiferError(
      'AQF_CONFIG_INVALID',
      'relational.hosts needs the relational.url of one of the servers.',
    );
  }
  if (provider === 'embedded') {
    const { openEmbedded } = await import('../relational/embedded/provider.js');
    return openEmbedded({ dataDir: config.dataDir });
  }
  if (provider === 'aurora') return openConfiguredAurora(aurora);
  if (!url) {
    throw new AquiferError('AQF_CONFIG_INVALID', 'The relational provider postgres needs relational.url.', {
      hint: 'Set DATABASE_URL=postgres://user:password@host:5432/database.',
    });
  }
  // The setting can only add to what the URL says: `false` is its default.
  const options = { ...settings, ...(pgbouncer && { pgbouncer }) };
  if (hosts !== undefined) {
    const { clusterUrls, openCluster } = await import('../relational/cluster/provider.js');
    return openCluster({ urls: clusterUrls(url, hosts.split(',')), lagThresholdMs, failover, ...options });
  }
  const { openPostgres } = await import('../relational/postgres/provider.js');
  return openPostgres({ url, ...options });
}

async function openConfiguredAurora({
  resourceArn,
  secretArn,
  ...settings
}: AquiferConfig['relational']['aurora']): Promise<RelationalProvider> {
  if (!resourceArn || !secretArn) {
    const message = 'The relational provider aurora needs relational.aurora.resourceArn and secretArn.';
    throw new AquiferError('AQF_CONFIG_INVALID', message);
  }
  const { openAurora } = await import('../relational/aurora/provider.js');
  return openAurora({ resourceArn, secretArn, ...settings });
}

import { type AquiferConfigInput, loadConfig, type ResolvedConfig } from '../config/index.js';
import {
  type DataLayer,
  type LayerExtensions,
  openDataLayer,
  openRelational,
  type Scope,
} from '../layer/index.js';
import type { RelationalProvider } from '../relational/index.js';
import type { CommonOptions } from './options.js';

/** The configuration of a command: its options win over everything. */
export function loadCommandConfig(
  options: CommonOptions,
  more: AquiferConfigInput = {},
): Promise<ResolvedConfig> {
  const { tenant, dataDir } = options;
  const overrides = {
    ...more,
    ...(tenant !== undefined && { tenant }),
    ...(dataDir !== undefined && { dataDir }),
  };
  return loadConfig({ overrides, overridesName: 'command line' });
}

/** Opens a layer for the time of a command and closes it whatever happens. */
export async function withLayer<T>(
  config: ResolvedConfig,
  work: (layer: DataLayer) => Promise<T>,
  extensions?: LayerExtensions,
): Promise<T> {
  for (const warning of config.warnings) process.stderr.write(`warning: ${warning}\n`);
  const layer = await openDataLayer(config, extensions);
  try {
    return await work(layer);
  } finally {
    await layer.close();
  }
}

/** The same, in the scope of the command's tenant. */
export async function withScope<T>(options: CommonOptions, work: (scope: Scope) => Promise<T>): Promise<T> {
  const config = await loadCommandConfig(options);
  return withLayer(config, (layer) => work(layer.scope({ tenantId: config.values.tenant, actorId: 'cli' })));
}

/** Opens the database alone, whatever its schema: what migrates it must not need it migrated. */
export async function withDatabase<T>(
  options: CommonOptions,
  work: (provider: RelationalProvider) => Promise<T>,
): Promise<T> {
  const config = await loadCommandConfig(options);
  for (const warning of config.warnings) process.stderr.write(`warning: ${warning}\n`);
  const provider = await openRelational(config.values);
  try {
    return await work(provider);
  } finally {
    await provider.close();
  }
}

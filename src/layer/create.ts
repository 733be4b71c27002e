import {
  type AquiferConfig,
  type AquiferConfigInput,
  type LoadConfigOptions,
  loadConfig,
  type ResolvedConfig,
} from '../config/index.js';
import { checkedEmbedder, createBuiltinEmbedder, type Embedder } from '../embeddings/index.js';
import { createExtractor } from '../extraction/index.js';
import { assertMigrated, migrate, type RelationalProvider } from '../relational/index.js';
import { DataLayer } from './data-layer.js';
import { openRelational } from './providers.js';

export interface DataLayerOptions extends AquiferConfigInput {
  /** An embedder of your own in place of the built-in one; the layer closes it. */
  readonly embedder?: Embedder;
}

/**
 * Opens a data layer: reads the configuration, opens the database and brings its schema up to date.
 * Without options it is embedded, with its data in `.aquifer/`.
 * @throws AQF_CONFIG_INVALID, AQF_DATABASE_LOCKED, AQF_DATABASE_UNAVAILABLE, AQF_MIGRATION_FAILED; AQF_MIGRATION_PENDING
 * when `relational.migrate` is `check` and the schema is behind
 */
export async function createDataLayer(
  options: DataLayerOptions = {},
  load: Omit<LoadConfigOptions, 'overrides'> = {},
): Promise<DataLayer> {
  const { embedder, ...overrides } = options;
  const config = await loadConfig({ ...load, overrides });
  return openDataLayer(config, embedder);
}

/** Opens a data layer from a configuration that is already resolved. */
export async function openDataLayer(config: ResolvedConfig, embedder?: Embedder): Promise<DataLayer> {
  const relational = await openRelational(config.values);
  try {
    await prepareSchema(relational, config.values.relational.migrate);
  } catch (error) {
    await relational.close();
    throw error;
  }
  return new DataLayer({
    config,
    relational,
    extractor: createExtractor(config.values.extraction.limits),
    embedder: embedder ? checkedEmbedder(embedder) : createBuiltinEmbedder(),
  });
}

async function prepareSchema(
  relational: RelationalProvider,
  policy: AquiferConfig['relational']['migrate'],
): Promise<void> {
  if (policy === 'auto') await migrate(relational);
  if (policy === 'check') await assertMigrated(relational);
}

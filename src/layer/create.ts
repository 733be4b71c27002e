import {
  type AquiferConfig,
  type AquiferConfigInput,
  type LoadConfigOptions,
  loadConfig,
  type ResolvedConfig,
} from '../config/index.js';
import { type Embedder, UsageMeter } from '../embeddings/index.js';
import type { KeyProvider } from '../encryption/index.js';
import { type AnyEntity, ensureEntities } from '../entities/index.js';
import { Relay } from '../events/index.js';
import { createExtractor } from '../extraction/index.js';
import { Maintenance } from '../maintenance/index.js';
import {
  assertMigrated,
  migrate,
  observed,
  type RelationalProvider,
  SlowStatements,
} from '../relational/index.js';
import { Caches } from './caches.js';
import { DataLayer } from './data-layer.js';
import { Embedders } from './embedders.js';
import { openEncryption } from './encryption.js';
import { IndexBuilds } from './index-builds.js';
import { openRelational } from './providers.js';
import { openVectorStore } from './vector-store.js';

export interface DataLayerOptions extends AquiferConfigInput {
  /** An embedder of your own in place of the built-in one; the layer closes it. */
  readonly embedder?: Embedder;
  /**
   * Tables of your own. Those that are missing are made, and their traits adopted, when the layer opens, unless
   * `relational.migrate` is not `auto`.
   */
  readonly entities?: readonly AnyEntity[];
  /**
   * Holds the master key of encrypted columns.
   * @default on the embedded database, a key file in `dataDir`
   */
  readonly keys?: KeyProvider;
}

export type LayerExtensions = Pick<DataLayerOptions, 'embedder' | 'entities' | 'keys'>;

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
  const { embedder, entities, keys, ...overrides } = options;
  const config = await loadConfig({ ...load, overrides });
  return openDataLayer(config, {
    ...(embedder && { embedder }),
    ...(entities && { entities }),
    ...(keys && { keys }),
  });
}

/** Opens a data layer from a configuration that is already resolved. */
export async function openDataLayer(
  config: ResolvedConfig,
  { embedder, entities = [], keys }: LayerExtensions = {},
): Promise<DataLayer> {
  const slowStatements = new SlowStatements(config.values.server.slowQueryMs);
  const relational = watchStatements(await openRelational(config.values), slowStatements);
  try {
    await prepareSchema(relational, config.values.relational.migrate);
    if (config.values.relational.migrate === 'auto') await ensureEntities(relational, entities);
    const encryption = await openEncryption(config.values, entities, keys);
    const indexBuilds = new IndexBuilds();
    const maintenance = new Maintenance(indexBuilds.through(relational));
    const usage = new UsageMeter({ relational });
    const parts = {
      config,
      relational,
      slowStatements,
      extractor: createExtractor(config.values.extraction.limits),
      usage,
      entities,
      embedders: await Embedders.open(config.values.embeddings, usage, embedder),
      vectors: await openVectorStore(config.values, relational),
      encryption,
      relay: new Relay(relational),
      maintenance,
      indexBuilds,
    };
    // Connections and timers of their own come last: nothing that could fail after them would end them.
    const layer = new DataLayer({ ...parts, caches: await Caches.open(config.values, relational) });
    if (entities.length > 0) maintenance.start();
    return layer;
  } catch (error) {
    await relational.close();
    throw error;
  }
}

/** With 0 nothing is slow, and nothing is watched. */
function watchStatements(relational: RelationalProvider, slow: SlowStatements): RelationalProvider {
  return slow.slowMs > 0 ? observed(relational, slow) : relational;
}

async function prepareSchema(
  relational: RelationalProvider,
  policy: AquiferConfig['relational']['migrate'],
): Promise<void> {
  if (policy === 'auto') await migrate(relational);
  if (policy === 'check') await assertMigrated(relational);
}

import { loadConfig } from '../../src/config/index.js';
import { createBuiltinEmbedder, UsageMeter } from '../../src/embeddings/index.js';
import type { Encryption } from '../../src/encryption/index.js';
import { type AnyEntity, ensureEntities } from '../../src/entities/index.js';
import { Relay } from '../../src/events/index.js';
import { createExtractor } from '../../src/extraction/index.js';
import { Caches } from '../../src/layer/caches.js';
import { Embedders } from '../../src/layer/embedders.js';
import { DataLayer, openRelational } from '../../src/layer/index.js';
import { Maintenance } from '../../src/maintenance/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { pgvectorStore } from '../../src/vectors/index.js';

export interface OpenLayer {
  readonly layer: DataLayer;
  readonly relational: RelationalProvider;
}

export interface LayerSettings {
  /** Undefined for the embedded database in `dataDir`. */
  readonly url?: string;
  readonly dataDir?: string;
  /** Connections at most. */
  readonly connections?: number;
  readonly entities: readonly AnyEntity[];
  readonly encryption?: Encryption;
}

/** What `createDataLayer` opens, but for maintenance, which would work beside what is measured. */
export async function withLayer<T>(
  settings: LayerSettings,
  work: (open: OpenLayer) => Promise<T>,
): Promise<T> {
  const { url, dataDir, connections = 1, entities, encryption } = settings;
  const relationalSettings = url
    ? { provider: 'postgres' as const, url, pool: { min: 0, max: connections } }
    : { provider: 'embedded' as const };
  const overrides = { relational: relationalSettings, ...(dataDir && { dataDir }) };
  const config = await loadConfig({ overrides, env: {}, file: false });
  const relational = await openRelational(config.values);
  await migrate(relational);
  await ensureEntities(relational, entities);
  const usage = new UsageMeter({ relational });
  const layer = new DataLayer({
    config,
    relational,
    usage,
    vectors: pgvectorStore(relational),
    entities: [],
    extractor: createExtractor(config.values.extraction.limits),
    embedders: await Embedders.open(config.values.embeddings, usage, createBuiltinEmbedder()),
    encryption,
    relay: new Relay(relational),
    maintenance: new Maintenance(relational),
    caches: await Caches.open(config.values, relational),
  });
  try {
    return await work({ layer, relational });
  } finally {
    await layer.close();
  }
}

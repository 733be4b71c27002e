import { loadConfig } from '../../src/config/index.js';
import { createBuiltinEmbedder, type Embedder, UsageMeter } from '../../src/embeddings/index.js';
import { Relay } from '../../src/events/index.js';
import { createExtractor, type Extractor } from '../../src/extraction/index.js';
import { Caches } from '../../src/layer/caches.js';
import { Embedders } from '../../src/layer/embedders.js';
import { DataLayer } from '../../src/layer/index.js';
import { openRelational } from '../../src/layer/providers.js';
import { Maintenance } from '../../src/maintenance/index.js';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { pgvectorStore } from '../../src/vectors/index.js';

/** The providers of a data layer. A benchmark may put something that measures around each. */
export interface Providers {
  readonly relational: RelationalProvider;
  readonly extractor: Extractor;
  readonly embedder: Embedder;
}

export interface Product extends Providers {
  readonly layer: DataLayer;
}

/**
 * What `createDataLayer({ dataDir })` opens, with its providers at hand, free of the configuration of
 * whoever runs the benchmark.
 */
export async function openProduct(
  dataDir: string,
  instrument: (providers: Providers) => Providers = (providers) => providers,
  /** Of a server to use in place of the embedded database. */
  postgres?: string,
): Promise<Product> {
  const relational = postgres === undefined ? {} : { provider: 'postgres' as const, url: postgres };
  const config = await loadConfig({ overrides: { dataDir, relational }, env: {}, file: false });
  const opened = await openRelational(config.values);
  await migrate(opened);
  const providers = instrument({
    relational: opened,
    extractor: createExtractor(config.values.extraction.limits),
    embedder: createBuiltinEmbedder(),
  });
  const usage = new UsageMeter({ relational: opened });
  const { embedder, ...rest } = providers;
  const layer = new DataLayer({
    config,
    ...rest,
    usage,
    embedders: await Embedders.open(config.values.embeddings, usage, embedder),
    vectors: pgvectorStore(providers.relational),
    entities: [],
    encryption: undefined,
    relay: new Relay(providers.relational),
    maintenance: new Maintenance(providers.relational),
    caches: await Caches.open(config.values, providers.relational),
  });
  return { ...providers, layer };
}

import { createDataLayer, type DataLayer, type DataLayerOptions } from '../../src/layer/index.js';
import { migratedDataDir } from './embedded.js';

/** A data layer on a fresh embedded database, free of the configuration of whoever runs the tests. */
export async function openLayer(folder: string, options: DataLayerOptions = {}): Promise<DataLayer> {
  const dataDir = await migratedDataDir(folder);
  return createDataLayer({ dataDir, ...options }, { env: {}, file: false });
}

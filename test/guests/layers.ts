import { describe } from 'vitest';
import { createDataLayer, type DataLayer } from '../../src/layer/index.js';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { migrate, OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { migratedDataDir } from '../support/embedded.js';
import { createMigratedDatabase, openTestPostgres } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

export interface OpenedLayer {
  readonly layer: DataLayer;
  /** Of a server; undefined for an embedded database. */
  readonly url: string | undefined;
  dispose(): Promise<void>;
}

/** Runs the same tests against a data layer on an embedded database and, where there is one, on a real server. */
export async function describeOnEachLayer(
  title: string,
  tests: (open: (sql: string) => Promise<OpenedLayer>, kind: 'embedded' | 'postgres') => void,
): Promise<void> {
  const hasServer = await serviceAvailable('postgres');
  describe(`${title} (embedded)`, () => tests(openEmbeddedLayer, 'embedded'));
  if (!hasServer) console.warn(`${title}: no PostgreSQL server, only the embedded database is tested`);
  describe.skipIf(!hasServer)(`${title} (postgres)`, () => tests(openServerLayer, 'postgres'));
}

/** A layer over a database in which `sql` was run as the owner of the schema. */
async function openEmbeddedLayer(sql: string): Promise<OpenedLayer> {
  const folder = makeTempDir();
  await prepare(await openEmbedded({ dataDir: await migratedDataDir(folder) }), sql);
  const layer = await createDataLayer({ dataDir: folder }, { env: {}, file: false });
  const dispose = async () => {
    await layer.close();
    await removeTempDir(folder);
  };
  return { layer, url: undefined, dispose };
}

export async function openServerLayer(sql: string): Promise<OpenedLayer> {
  const database = await createMigratedDatabase();
  await prepare(await openTestPostgres(database), sql);
  const relational = { provider: 'postgres', url: database.url } as const;
  const layer = await createDataLayer({ relational }, { env: {}, file: false });
  const dispose = async () => {
    await layer.close();
    await database.drop();
  };
  return { layer, url: database.url, dispose };
}

async function prepare(provider: RelationalProvider, sql: string): Promise<void> {
  try {
    await migrate(provider);
    await provider.transaction(OWNER, (tx) => tx.execute(sql));
  } finally {
    await provider.close();
  }
}

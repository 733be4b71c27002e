import { vi } from 'vitest';
import { type AuroraOptions, openAurora } from '../../../src/relational/aurora/provider.js';
import type { RelationalProvider } from '../../../src/relational/index.js';
import { createTestDatabase, type TestDatabase } from '../postgres.js';
import { FakeDataApi, type FakeDataApiOptions, RESOURCE_ARN, SECRET_ARN } from './server.js';

export { FakeDataApi, RESOURCE_ARN, SECRET_ARN } from './server.js';
export { ServiceFault } from './service-fault.js';

export interface DataApiStack {
  readonly fake: FakeDataApi;
  /** On the real PostgreSQL below; removed by `close`. */
  readonly testDatabase: TestDatabase;
  open(options?: Partial<AuroraOptions>): Promise<RelationalProvider>;
  /** Ends the service and removes the database. */
  close(): Promise<void>;
}

/** A Data API over a database of its own, empty unless given. The SDK finds credentials in the environment. */
export async function startDataApi(
  options?: FakeDataApiOptions,
  createDatabase: () => Promise<TestDatabase> = createTestDatabase,
): Promise<DataApiStack> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  const database = await createDatabase();
  const fake = await FakeDataApi.start(database.url, options);
  return {
    fake,
    testDatabase: database,
    open: (more) => openAurora({ ...address(fake), ...more }),
    close: async () => {
      await fake.close();
      await database.drop();
    },
  };
}

export function address(fake: FakeDataApi) {
  return { resourceArn: RESOURCE_ARN, secretArn: SECRET_ARN, database: 'app', endpoint: fake.endpoint };
}

import { text } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { entity } from '../../src/entities/index.js';
import { createDataLayer } from '../../src/layer/index.js';
import { Maintenance } from '../../src/maintenance/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const things = entity('things', { schema: 'app', columns: { name: text() } });
const hasServer = await serviceAvailable('postgres');

describe('a layer that cannot be opened', () => {
  if (!hasServer) return void test.skip('PostgreSQL is not running', () => undefined);
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  afterEach(() => vi.restoreAllMocks());

  test('leaves no maintenance behind that goes on without it', async () => {
    const started = vi.spyOn(Maintenance.prototype, 'start');
    const options = { relational: { url: database.url }, entities: [things] };
    const opening = createDataLayer({ ...options, cache: { store: 'redis' } }, { env: {}, file: false });
    await expect(opening).rejects.toMatchObject({ code: 'AQF_CONFIG_INVALID' });
    expect(started).not.toHaveBeenCalled();

    const layer = await createDataLayer(options, { env: {}, file: false });
    expect(started).toHaveBeenCalledTimes(1);
    await layer.close();
  });
});

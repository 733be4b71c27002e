import { afterEach, beforeAll, expect, test } from 'vitest';
import { DbProvider } from '../../src/layer/db-provider.js';
import { OWNER } from '../../src/relational/index.js';
import { migratedDataDir } from '../support/embedded.js';
import { tempDir } from '../support/temp-dir.js';

const ALONE = { env: {}, file: false } as const;
const ONE = { text: 'select 1 as n' };

beforeAll(() => expect(DbProvider.isConnected()).resolves.toBe(false));
afterEach(() => DbProvider.shutdown());

const dataDir = () => migratedDataDir(tempDir());

test('before init there is nothing to get, and the error says what to do', () => {
  expect(() => DbProvider.get()).toThrow(
    expect.objectContaining({ code: 'AQF_LAYER_CLOSED', hint: expect.stringContaining('DbProvider.init') }),
  );
});

test('init twice at once opens one database, which get gives from then on', async () => {
  const config = { dataDir: await dataDir() };
  const [first, second] = await Promise.all([DbProvider.init(config, ALONE), DbProvider.init(config, ALONE)]);
  expect(second).toBe(first);
  expect(DbProvider.get()).toBe(first);
  expect(await DbProvider.isConnected()).toBe(true);
  expect((await DbProvider.get().query(OWNER, ONE)).rows).toEqual([{ n: 1 }]);
});

test('after shutdown there is nothing to get, and init opens the same database again', async () => {
  const config = { dataDir: await dataDir() };
  const first = await DbProvider.init(config, ALONE);
  const shutdown = DbProvider.shutdown();
  expect(() => DbProvider.get()).toThrow('no open database');
  const second = await DbProvider.init(config, ALONE);
  await shutdown;
  expect(second).not.toBe(first);
  expect(await first.isAvailable()).toBe(false);
  expect(await DbProvider.isConnected()).toBe(true);
});

test('a shutdown while it opens closes what comes of it', async () => {
  const opening = DbProvider.init({ dataDir: await dataDir() }, ALONE);
  await DbProvider.shutdown();
  expect(await (await opening).isAvailable()).toBe(false);
  expect(() => DbProvider.get()).toThrow('no open database');
});

test('an init that failed can be tried again', async () => {
  const nowhere = { relational: { url: 'postgres://app@127.0.0.1:1/app' } };
  await expect(DbProvider.init(nowhere, ALONE)).rejects.toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
  await DbProvider.init({ dataDir: await dataDir() }, ALONE);
  expect(await DbProvider.isConnected()).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { type ConfigRow, describeConfig, type LoadConfigOptions, loadConfig } from './index.js';
import { SETTINGS } from './settings.js';

async function rowsOf(options: LoadConfigOptions): Promise<Record<string, ConfigRow>> {
  const rows = describeConfig(await loadConfig({ env: {}, file: false, cwd: '/srv/app', ...options }));
  return Object.fromEntries(rows.map((row) => [row.path, row]));
}

describe('the configuration described', () => {
  it('has a row for every setting', async () => {
    expect(Object.keys(await rowsOf({}))).toEqual(SETTINGS.map(({ path }) => path));
  });

  it('names the source of each value', async () => {
    const rows = await rowsOf({
      env: { DATABASE_URL: 'postgres://app:secret@db/shop' },
      overrides: { tenant: 'acme' },
      overridesName: 'command line',
    });
    expect(rows['relational.url']).toEqual({
      path: 'relational.url',
      value: 'postgres://app:***@db/shop',
      source: 'DATABASE_URL',
    });
    expect(rows['relational.provider']).toMatchObject({
      source: 'DATABASE_URL',
      note: 'implied by relational.url',
    });
    expect(rows.tenant).toMatchObject({ value: 'acme', source: 'command line' });
    expect(rows.dataDir).toMatchObject({ value: '/srv/app/.aquifer', source: 'default' });
  });

  it('marks what has no effect', async () => {
    const rows = await rowsOf({
      env: {
        REDIS_URL: 'redis://:secret@cache',
        VECTOR_DB_API_KEY: 'secret',
      },
    });
    expect(rows['redis.url']).toMatchObject({ value: 'redis://:***@cache' });
    expect(rows['redis.url']?.note).toBeUndefined();
    expect(rows['vectors.chroma.token']).toMatchObject({ value: '***' });
    expect(rows['relational.pool.max']).toMatchObject({ note: 'only used with a server' });
    const withServer = await rowsOf({ env: { DATABASE_URL: 'postgres://db/shop' } });
    expect(withServer['relational.pool.max']?.note).toBeUndefined();
  });

  it('shows what is not set as such', async () => {
    expect(await rowsOf({})).toMatchObject({ 'relational.url': { value: 'not set' } });
  });
});

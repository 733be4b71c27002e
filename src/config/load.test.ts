import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAquiferError } from '../errors/index.js';
import { tenantContext } from '../tenancy/index.js';
import { type AquiferConfigInput, defineConfig, loadConfig } from './index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-config-'));
  await writeFile(
    join(folder, 'aquifer.config.json'),
    JSON.stringify({ tenant: 'file', relational: { url: 'postgres://file/shop' } }),
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function load(env: Record<string, string>, overrides: AquiferConfigInput = {}) {
  return loadConfig({ env, overrides, cwd: folder });
}

async function loadAlone(env: Record<string, string>, overrides: AquiferConfigInput = {}) {
  return loadConfig({ env, overrides, file: false, cwd: folder });
}

describe('without any configuration', () => {
  it('the database is embedded and everything is kept in .aquifer', async () => {
    const { values, warnings, file } = await loadAlone({});
    expect(values.relational.provider).toBe('embedded');
    expect(values.dataDir).toBe(join(folder, '.aquifer'));
    expect({ warnings, file }).toEqual({ warnings: [], file: undefined });
  });

  it('the values cannot be changed', async () => {
    const { values } = await loadAlone({});
    expect(Object.isFrozen(values)).toBe(true);
    expect(Object.isFrozen(values.relational.pool)).toBe(true);
  });
});

describe('precedence', () => {
  it('is code, AQUIFER_ variables, usual variables, file, default', async () => {
    const usual = { DATABASE_URL: 'postgres://usual/shop' };
    const own = { AQUIFER_DATABASE_URL: 'postgres://own/shop' };
    const code = { relational: { url: 'postgres://code/shop' } };
    const url = async (...given: Parameters<typeof load>) => (await load(...given)).values.relational.url;
    expect(await url({})).toBe('postgres://file/shop');
    expect(await url(usual)).toBe('postgres://usual/shop');
    expect(await url({ ...usual, ...own })).toBe('postgres://own/shop');
    expect(await url({ ...usual, ...own }, code)).toBe('postgres://code/shop');
  });

  it('is settled for each setting by itself', async () => {
    const { sources } = await load({ AQUIFER_CHUNKING_MAX_TOKENS: '300' }, { search: { defaultLimit: 5 } });
    expect(sources.tenant).toEqual({ kind: 'file', name: 'aquifer.config.json' });
    expect(sources['chunking.maxTokens']).toEqual({ kind: 'env', name: 'AQUIFER_CHUNKING_MAX_TOKENS' });
    expect(sources['chunking.overlapTokens']).toEqual({ kind: 'default' });
    expect(sources['search.defaultLimit']).toEqual({ kind: 'code', name: 'code' });
  });

  it('lets undefined in code mean not given', async () => {
    expect((await load({}, defineConfig({ tenant: undefined }))).values.tenant).toBe('file');
  });

  it('does not check a value that a stronger one replaces', async () => {
    const { values } = await load({
      DATABASE_URL: 'mysql://db/shop',
      AQUIFER_DATABASE_URL: 'postgres://db/shop',
    });
    expect(values.relational.url).toBe('postgres://db/shop');
  });
});

describe('provider and URL', () => {
  it('a URL alone implies postgres, with the strength of the URL', async () => {
    const { values, sources } = await load({ DATABASE_URL: 'postgres://db/shop' });
    expect(values.relational.provider).toBe('postgres');
    expect(sources['relational.provider']).toEqual({
      kind: 'env',
      name: 'DATABASE_URL',
      impliedBy: 'relational.url',
    });
  });

  it('a provider "embedded" sets weaker URLs aside, right or wrong, and says so', async () => {
    const { values, warnings } = await load({
      DATABASE_URL: 'mysql://db/shop',
      AQUIFER_RELATIONAL_PROVIDER: 'embedded',
    });
    expect(values.relational).toMatchObject({ provider: 'embedded', url: undefined });
    expect(warnings).toEqual([
      'DATABASE_URL is set but not used: AQUIFER_RELATIONAL_PROVIDER is "embedded".',
      'relational.url in aquifer.config.json is set but not used: AQUIFER_RELATIONAL_PROVIDER is "embedded".',
    ]);
  });

  it('a provider "embedded" beside a URL is a contradiction', async () => {
    const env = { AQUIFER_RELATIONAL_PROVIDER: 'embedded', AQUIFER_DATABASE_URL: 'postgres://db/shop' };
    await expect(loadAlone(env)).rejects.toThrow(
      'AQUIFER_RELATIONAL_PROVIDER is "embedded", but AQUIFER_DATABASE_URL names a server; keep one of the two.',
    );
  });

  it('a provider "postgres" needs a URL from anywhere', async () => {
    await expect(loadAlone({ RELATIONAL_DB_PROVIDER: 'postgres' })).rejects.toThrow(
      'RELATIONAL_DB_PROVIDER is postgres, and relational.url is not set; allowed: a server with its URL',
    );
    expect((await load({ RELATIONAL_DB_PROVIDER: 'postgres' })).values.relational.url).toBe(
      'postgres://file/shop',
    );
  });

  it('a provider "aurora" needs the ARNs of its cluster and of its secret', async () => {
    const failure = await loadAlone({ RELATIONAL_DB_PROVIDER: 'aurora' }).catch((error: Error) => error);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /RELATIONAL_DB_PROVIDER is aurora, and relational\.aurora\.resourceArn is not set[\s\S]*relational\.aurora\.secretArn is not set/,
      ),
    });
  });

  it('a provider "aurora" has no use for a URL of a weaker layer', async () => {
    const { values, warnings } = await load({
      RELATIONAL_DB_PROVIDER: 'aurora',
      AQUIFER_RELATIONAL_AURORA_RESOURCE_ARN: 'arn:aws:rds:eu-central-1:123456789012:cluster:shop',
      AQUIFER_RELATIONAL_AURORA_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop',
    });
    expect(values.relational).toMatchObject({ provider: 'aurora', aurora: { database: 'postgres' } });
    expect(values.relational.url).toBeUndefined();
    expect(warnings.join()).toContain('is set but not used: RELATIONAL_DB_PROVIDER is "aurora".');
  });

  it('a DATABASE_URL of another program comes with the way out', async () => {
    await expect(loadAlone({ DATABASE_URL: 'mysql://app:secret@db/shop' })).rejects.toThrow(
      /^The configuration is invalid: DATABASE_URL is "mysql:\/\/app:\*\*\*@db\/\*\*\*"; allowed: .* set AQUIFER_RELATIONAL_PROVIDER=embedded\.$/,
    );
  });
});

describe('wrong values', () => {
  it('are reported all at once, those that are wrong only together included', async () => {
    const overrides = { relational: { pool: { min: 5, max: 3 } }, search: { lexical: { b: 1.5 } } };
    const failure = await loadAlone(
      { AQUIFER_CHUNKING_MAX_TOKENS: '100', AQUIFER_TENANT: '-' },
      overrides,
    ).catch((error: unknown) => error);
    expect(isAquiferError(failure, 'AQF_CONFIG_INVALID') && failure.facts.problems).toEqual([
      'AQUIFER_TENANT is "-"; allowed: 1 to 128 letters, digits and . _ : @ / -, beginning with a letter or digit.',
      'search.lexical.b (code) is 1.5; allowed: a number from 0 to 1.',
      'chunking.overlapTokens (default) is 200, and AQUIFER_CHUNKING_MAX_TOKENS is 100; allowed: an overlap smaller than the chunk.',
      'relational.pool.min (code) is 5, and relational.pool.max (code) is 3; allowed: a minimum not above the maximum.',
    ]);
  });

  it.each(['acme', 'a', 'a.b_c:d@e/f-g', 'Zürich', '-a', 'a b', 'a'.repeat(128), 'a'.repeat(129), 'a\n'])(
    'a tenant %j is refused exactly where a scope refuses it',
    async (tenant) => {
      const refusedByScope = (() => {
        try {
          tenantContext({ tenantId: tenant });
          return false;
        } catch {
          return true;
        }
      })();
      const refused = await loadAlone({}, { tenant }).then(
        () => false,
        () => true,
      );
      expect(refused).toBe(refusedByScope);
    },
  );
});

describe('settings that Aquifer can do without', () => {
  it('are checked, but a wrong REDIS_URL may be meant for another program and is only warned about', async () => {
    const { values, warnings } = await loadAlone({ REDIS_URL: 'unix:///run/redis.sock' });
    expect(values.redis.url).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('REDIS_URL is "***"; allowed: redis://')]);
    await expect(loadAlone({ AQUIFER_REDIS_URL: 'unix:///run/redis.sock' })).rejects.toThrow(
      'AQUIFER_REDIS_URL is "***"',
    );
  });
});

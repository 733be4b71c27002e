import { describe, expect, it } from 'vitest';
import { parseVariable } from './environment.js';
import { loadConfig } from './index.js';
import { SETTINGS } from './settings.js';

/** For every setting that has no range of numbers: a valid text. */
const SAMPLES: Readonly<Record<string, string>> = {
  dataDir: '/srv/data',
  tenant: 'acme',
  'relational.provider': 'embedded',
  'relational.url': 'postgres://db/shop',
  'relational.aurora.resourceArn': 'arn:aws:rds:eu-central-1:123456789012:cluster:shop',
  'relational.aurora.secretArn': 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop',
  'relational.aurora.region': 'eu-central-1',
  'relational.aurora.endpoint': 'https://vpce-1.rds-data.eu-central-1.vpce.amazonaws.com',
  'relational.pgbouncer': 'true',
  'relational.namedStatements': 'never',
  'relational.migrate': 'check',
  'vectors.store': 'chromadb',
  'vectors.chroma.url': 'http://chroma:8000',
  'vectors.chroma.token': 'key',
  'vectors.chroma.collectionName': 'creator_{tenant}_knowledge',
  'redis.url': 'redis://cache',
  'redis.cluster': 'one:7000,two:7000',
  'redis.sentinels': 'one:26379,two:26379',
  'cache.store': 'memory',
  'jobs.queue': 'redis',
  'jobs.worker': 'false',
  'chat.baseUrl': 'https://chat.example/v1',
  'server.host': '10.0.0.1',
  'server.trustProxy': 'true',
  'server.logLevel': 'debug',
  'server.jwt.secret': 'thirty-two characters and some more',
  'server.jwt.jwksUrl': 'https://issuer.example/jwks',
  'server.rateLimit.enabled': 'false',
  'server.rateLimit.store': 'postgres',
  'embeddings.model': 'openai:text-embedding-3-small',
  'embeddings.baseUrl': 'https://embeddings.example/v1',
  'embeddings.dimensions': '384',
  'embeddings.maxTokens': '256',
};

const variables = SETTINGS.flatMap((setting) =>
  setting.variables.map((name) => ({ name, path: setting.path })),
);

function sampleFor(path: string): string {
  const preset = SETTINGS.find((setting) => setting.path === path)?.preset;
  return SAMPLES[path] ?? (typeof preset === 'number' ? String(preset) : '0.5');
}

async function load(env: Record<string, string>) {
  return loadConfig({ env, file: false });
}

describe('environment variables', () => {
  it.each(variables)('$name sets $path', async ({ name, path }) => {
    const { values, sources } = await load({ [name]: sampleFor(path) });
    expect(sources[path]).toEqual({ kind: 'env', name });
    const value = path
      .split('.')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], values);
    expect(String(value)).toBe(sampleFor(path));
  });

  it.each(variables)('an empty $name counts as not set', async ({ name, path }) => {
    const { sources } = await load({ [name]: '' });
    expect(sources[path]).toEqual({ kind: 'default' });
  });

  it('every setting has a variable of its own beginning with AQUIFER_, and no two share one', () => {
    const names = variables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(SETTINGS.filter(({ variables: [first] }) => !first?.startsWith('AQUIFER_'))).toEqual([]);
  });

  it.each(['10s', '1e3', ' 10', '10 ', '0x10', '1_000', '10.5', '-1', 'ten', 'NaN', 'Infinity'])(
    'refuses %j where a whole number is wanted, saying what is allowed',
    async (text) => {
      await expect(load({ AQUIFER_SEARCH_DEFAULT_LIMIT: text })).rejects.toMatchObject({
        code: 'AQF_CONFIG_INVALID',
        message: `The configuration is invalid: AQUIFER_SEARCH_DEFAULT_LIMIT is ${text === '10.5' || text === '-1' ? text : JSON.stringify(text)}; allowed: a whole number from 1 to 1000.`,
      });
    },
  );

  it('reads true and false as booleans and nothing else', () => {
    expect(['true', 'false', 'yes', '1', 'TRUE'].map((text) => parseVariable('boolean', text))).toEqual([
      true,
      false,
      'yes',
      '1',
      'TRUE',
    ]);
  });

  it('takes a name near a known one for a typo', async () => {
    await expect(load({ AQUIFER_DATABSE_URL: 'postgres://db/shop' })).rejects.toThrow(
      'No setting reads the variable AQUIFER_DATABSE_URL. Did you mean AQUIFER_DATABASE_URL?',
    );
    await expect(load({ RELATIONAL_DB_PASWORD: 'x' })).rejects.toThrow(
      'Did you mean RELATIONAL_DB_PASSWORD?',
    );
  });

  it('warns about any other unknown name of ours and leaves the names of others alone', async () => {
    const { warnings } = await load({
      AQUIFER_FLEET: '1',
      AQUIFER_TEST_POSTGRES: '1',
      HOME: '/root',
      AQUIFER_NOTHING: '',
    });
    expect(warnings).toEqual(['No setting reads the variable AQUIFER_FLEET.']);
  });

  it('says which of two variables for one setting is not used', async () => {
    const { values, warnings } = await load({
      DATABASE_URL: 'postgres://a/shop',
      RELATIONAL_DB_URL: 'postgres://b/shop',
    });
    expect(values.relational.url).toBe('postgres://a/shop');
    expect(warnings).toEqual(['RELATIONAL_DB_URL is set but not used: DATABASE_URL comes first.']);
    const same = await load({ DATABASE_URL: 'postgres://a/shop', RELATIONAL_DB_URL: 'postgres://a/shop' });
    expect(same.warnings).toEqual([]);
  });
});

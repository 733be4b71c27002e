import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './index.js';
import { parseUrl } from './url.js';

const SERVER = { RELATIONAL_DB_HOST: 'db.example', RELATIONAL_DB_NAME: 'shop' };

async function load(env: Record<string, string>) {
  return loadConfig({ env, file: false });
}

describe('RELATIONAL_DB_* variables', () => {
  it('make up one URL and imply the provider postgres', async () => {
    const env = {
      ...SERVER,
      RELATIONAL_DB_PORT: '6543',
      RELATIONAL_DB_USER: 'app',
      RELATIONAL_DB_PASSWORD: 'p@ss/w#rd?',
    };
    const { values, sources } = await load(env);
    expect(values.relational.url).toBe('postgres://app:p%40ss%2Fw%23rd%3F@db.example:6543/shop');
    expect(values.relational.provider).toBe('postgres');
    expect(sources['relational.url']).toEqual({ kind: 'env', name: 'RELATIONAL_DB_*' });
    expect(sources['relational.provider']).toMatchObject({ impliedBy: 'relational.url' });
  });

  it('carry every password through unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (password) => {
        const { values } = await load({
          ...SERVER,
          RELATIONAL_DB_USER: 'app',
          RELATIONAL_DB_PASSWORD: password,
        });
        expect(decodeURIComponent(parseUrl(values.relational.url ?? '')?.password ?? '')).toBe(password);
      }),
    );
  });

  it.each([
    [{ RELATIONAL_DB_NAME: 'shop' }, 'RELATIONAL_DB_HOST is not set'],
    [{ RELATIONAL_DB_HOST: 'db' }, 'RELATIONAL_DB_NAME is not set'],
    [{ ...SERVER, RELATIONAL_DB_PASSWORD: 'x' }, 'RELATIONAL_DB_USER is not set'],
    [
      { ...SERVER, RELATIONAL_DB_PORT: '54x' },
      'RELATIONAL_DB_PORT is "54x"; allowed: a whole number from 1 to 65535',
    ],
    [{ ...SERVER, RELATIONAL_DB_PORT: '0' }, 'RELATIONAL_DB_PORT is "0"'],
    [{ ...SERVER, RELATIONAL_DB_PORT: '65536' }, 'RELATIONAL_DB_PORT is "65536"'],
    [{ ...SERVER, RELATIONAL_DB_HOST: 'a/b' }, 'RELATIONAL_DB_HOST is "a/b"'],
  ])('%j are refused', async (env, message) => {
    await expect(load(env)).rejects.toThrow(message);
  });

  it('are not looked at where a stronger URL is given', async () => {
    const { values } = await load({ AQUIFER_DATABASE_URL: 'postgres://a/shop', RELATIONAL_DB_PORT: 'wrong' });
    expect(values.relational.url).toBe('postgres://a/shop');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAquiferError } from '../errors/index.js';
import { describeConfig, loadConfig } from './index.js';
import { maskText, maskUrl, showGiven } from './mask.js';

const SECRET = 'Kx9Zq7';
/** A password around a marker, with the characters that break URLs apart. */
const awkwardPassword = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'a1:/?#[]@!$&=+%\\ "\'\n'), maxLength: 8 }),
    fc.string({ maxLength: 8 }),
  )
  .map(([before, after]) => `${before}${SECRET}${after}`);
const scheme = fc.constantFrom('postgres', 'postgresql', 'redis', 'https', 'mysql', 'nonsense', '');

describe('masking', () => {
  it.each([
    ['postgres://app:secret@db:5432/shop', 'postgres://app:***@db:5432/shop'],
    ['postgres://app@db/shop', 'postgres://app@db/shop'],
    ['postgres://app:secret@/shop?host=/cloudsql/x', 'postgres://app:***@/shop?host=/cloudsql/x'],
    ['redis://:secret@cache:6379/0', 'redis://:***@cache:6379/0'],
    ['redis://token@cache', 'redis://***@cache'],
    ['https://host/v1/key', 'https://host/***'],
    [
      'postgres://db/shop?sslmode=require&password=secret&sslkey=secret&apiToken=secret',
      'postgres://db/shop?sslmode=require&password=***&sslkey=***&apiToken=***',
    ],
    ['postgres://app:se#cret@db/shop', 'postgres://***'],
    ['postgres://app:12/34@db/shop', 'postgres://***'],
    ['secret://db', '***'],
    ['app:secret@db/shop', '***'],
  ])('shows %s as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  it('finds URLs in free text and shortens what is long', () => {
    expect(maskText('cannot reach postgres://app:secret@db/shop today')).toBe('cannot reach postgres://***');
    expect(maskText('x'.repeat(200))).toHaveLength(81);
  });

  it('shows of a secret or a structure only what kind of thing it is', () => {
    expect(showGiven('secret', 'secret')).toBe('***');
    expect(showGiven('url', { password: 'secret' })).toBe('an object');
    expect(showGiven('url', 42)).toBe('a number');
    expect(showGiven('text', ['secret'])).toBe('a list');
    expect(showGiven('number', null)).toBe('null');
  });

  it('lets no password through, however the URL around it is broken', () => {
    fc.assert(
      fc.property(
        scheme,
        awkwardPassword,
        fc.constantFrom('@db:5432/shop', '@db', '@'),
        (name, password, rest) => {
          const url = `${name === '' ? '' : `${name}://`}app:${password}${rest}`;
          expect(maskUrl(url)).not.toContain(SECRET);
          expect(showGiven('url', url)).not.toContain(SECRET);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('lets no password into the table, an error or a warning', async () => {
    const variable = fc.constantFrom(
      'AQUIFER_DATABASE_URL',
      'DATABASE_URL',
      'RELATIONAL_DB_URL',
      'REDIS_URL',
      'VECTOR_DB_URL',
    );
    await fc.assert(
      fc.asyncProperty(variable, scheme, awkwardPassword, async (name, protocol, password) => {
        const raw = `${protocol}://app:${password}@db/shop`;
        const encoded = `${protocol}://app:${encodeURIComponent(password)}@db/shop`;
        const parts = { RELATIONAL_DB_HOST: 'db', RELATIONAL_DB_USER: 'app', RELATIONAL_DB_NAME: 'shop' };
        const secrets = { RELATIONAL_DB_PASSWORD: password, VECTOR_DB_API_KEY: password };
        for (const env of [{ [name]: raw }, { [name]: encoded }, { ...parts, ...secrets }, secrets]) {
          expect(await everythingSaid(env)).not.toContain(SECRET);
        }
      }),
    );
  });
});

async function everythingSaid(env: Record<string, string>): Promise<string> {
  try {
    const resolved = await loadConfig({ env, file: false });
    return JSON.stringify([describeConfig(resolved), resolved.warnings, resolved.sources]);
  } catch (error) {
    if (!isAquiferError(error, 'AQF_CONFIG_INVALID')) throw error;
    return JSON.stringify([error, error.stack, String(error.cause)]);
  }
}

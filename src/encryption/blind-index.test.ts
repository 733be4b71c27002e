import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseless } from './blind-index.js';
import type { IndexedColumn } from './cipher.js';
import { FieldCipher } from './field-cipher.js';
import { Keyring } from './keyring.js';

const KEY = Buffer.alloc(32, 7);
const EMAIL: IndexedColumn = { table: 'app.users', column: 'email' };
const cipherOf = (key: Buffer) => {
  const shared = { version: 1, key: createSecretKey(key), writable: true };
  const keys = (['data', 'index'] as const).map((purpose) => ({ ...shared, purpose }));
  return new FieldCipher(new Keyring('acme', keys, { state: 'alive' }));
};

describe('a blind index', () => {
  test('is HMAC-SHA-256 under a key derived by HKDF, cut to 128 bits', () => {
    const part = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
    const info = Buffer.concat(['aquifer blind index 1', 'app.users', 'email', 'exact'].map(part));
    const columnKey = Buffer.from(hkdfSync('sha256', KEY, '', info, 32));
    const mac = createHmac('sha256', columnKey).update('ann@example.com').digest().subarray(0, 16);
    expect(cipherOf(KEY).blindIndex(EMAIL, 'ann@example.com')).toBe(mac.toString('base64url'));
  });

  test('is the same for the same text only', () => {
    const cipher = cipherOf(randomBytes(32));
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(cipher.blindIndex(EMAIL, a) === cipher.blindIndex(EMAIL, b)).toBe(a === b);
      }),
    );
    expect(cipher.blindIndex(EMAIL, 'Ann')).not.toBe(cipher.blindIndex(EMAIL, 'ann'));
  });

  test('is another one for another column, table, match or key', () => {
    const places: IndexedColumn[] = [
      EMAIL,
      { ...EMAIL, column: 'name' },
      { ...EMAIL, table: 'app.user' },
      { table: 'app', column: '.usersemail' },
      { ...EMAIL, match: 'caseless' },
    ];
    const values = places.map((place) => cipherOf(KEY).blindIndex(place, 'ann'));
    values.push(cipherOf(randomBytes(32)).blindIndex(EMAIL, 'ann'));
    expect(new Set(values).size).toBe(values.length);
  });

  test('finds a text in any case where that is asked for', () => {
    const column = { ...EMAIL, match: 'caseless' } as const;
    const cipher = cipherOf(KEY);
    const groups = [
      ['ann@Example.COM', 'ANN@EXAMPLE.COM'],
      ['Straße', 'STRASSE', 'strasse'],
      ['ΟΔΟΣ', 'οδος'],
      ['ﬁn', 'FIN'],
      ['é', 'E\u0301'],
    ];
    for (const group of groups) {
      expect(new Set(group.map((text) => cipher.blindIndex(column, text))).size, group.join()).toBe(1);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(caseless(text.toUpperCase())).toBe(caseless(text));
      }),
    );
  });
});

import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldAddress } from './cipher.js';
import { FieldCipher } from './field-cipher.js';
import { type DataKey, Keyring } from './keyring.js';

const newKey = (purpose: DataKey['purpose'], version: number, writable = true): DataKey => ({
  purpose,
  version,
  key: createSecretKey(randomBytes(32)),
  writable,
});
const KEYS = [newKey('data', 1), newKey('index', 1)];
const cipherOf = (tenantId: string, keys: readonly DataKey[] = KEYS) =>
  new FieldCipher(new Keyring(tenantId, keys, { state: 'alive' }));

const FIELD: FieldAddress = { table: 'app.notes', column: 'body', rowId: '7' };
const INVALID = expect.objectContaining({ code: 'AQF_CIPHERTEXT_INVALID', status: 422 });
const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((value) => value.isWellFormed());

describe('an encrypted value', () => {
  test('comes back as it was, whatever text it is', () => {
    const cipher = cipherOf('acme');
    fc.assert(
      fc.property(text, text, (plaintext, rowId) => {
        const field = { ...FIELD, rowId };
        expect(cipher.decrypt(field, cipher.encrypt(field, plaintext))).toBe(plaintext);
      }),
      { numRuns: 500 },
    );
  });

  test('has the documented form and is never twice the same', () => {
    const cipher = cipherOf('acme');
    const values = Array.from({ length: 2000 }, () => cipher.encrypt(FIELD, 'the same'));
    expect(new Set(values.map((value) => value.slice(0, 'aqe1.1.'.length + 16))).size).toBe(2000);
    for (const value of values) expect(value).toMatch(/^aqe1\.1\.[\w-]{48}$/);
  });

  test('does not open when any single bit of its bytes is flipped', () => {
    const cipher = cipherOf('acme');
    const body = Buffer.from(cipher.encrypt(FIELD, 'Grüße').slice('aqe1.1.'.length), 'base64url');
    for (let bit = 0; bit < body.length * 8; bit++) {
      const flipped = Buffer.from(body);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const value = `aqe1.1.${flipped.toString('base64url')}`;
      expect(() => cipher.decrypt(FIELD, value)).toThrow(INVALID);
    }
  });

  test('does not open when any single bit of its text is flipped, of its form and version too', () => {
    const cipher = cipherOf('acme', [...KEYS, newKey('data', 3), newKey('data', 9)]);
    const value = Buffer.from(cipher.encrypt(FIELD, 'ab'), 'latin1');
    for (let bit = 0; bit < value.length * 8; bit++) {
      const flipped = Buffer.from(value);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cipher.decrypt(FIELD, flipped.toString('latin1'))).toThrow(INVALID);
    }
  });

  test('does not open when it is cut, extended or spelled otherwise', () => {
    const cipher = cipherOf('acme');
    const value = cipher.encrypt(FIELD, 'some text of a length');
    for (let length = 0; length < value.length; length++) {
      expect(() => cipher.decrypt(FIELD, value.slice(0, length))).toThrow(INVALID);
    }
    for (const other of [
      `${value}A`,
      `${value}=`,
      `${value}\n`,
      ` ${value}`,
      value.replace('aqe1.1', 'aqe1.01'),
    ]) {
      expect(() => cipher.decrypt(FIELD, other)).toThrow(INVALID);
    }
  });

  test('is told from any other text', () => {
    const cipher = cipherOf('acme');
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `aqe1.1.${rest}`),
        ),
        (foreign) => {
          expect(() => cipher.decrypt(FIELD, foreign)).toThrow(INVALID);
        },
      ),
    );
  });

  test('opens at its own address only', () => {
    const address = fc.record({ tenantId: text, table: text, column: text, rowId: text });
    // Parts that run into each other are what a joined address would confuse.
    const shifted = fc
      .tuple(fc.string({ minLength: 1 }), fc.string(), fc.nat())
      .map(([a, b, at]) => [`${a}${b}`, at % (a.length + b.length + 1)] as const)
      .map(([joined, at]) => ({
        tenantId: 't',
        table: joined.slice(0, at),
        column: joined.slice(at),
        rowId: '',
      }));
    const any = fc.oneof(address, shifted);
    fc.assert(
      fc.property(any, any, (home, elsewhere) => {
        fc.pre(JSON.stringify(Object.values(home)) !== JSON.stringify(Object.values(elsewhere)));
        const value = cipherOf(home.tenantId).encrypt(home, 'secret');
        expect(() => cipherOf(elsewhere.tenantId).decrypt(elsewhere, value)).toThrow(INVALID);
        expect(cipherOf(home.tenantId).decrypt(home, value)).toBe('secret');
      }),
      { numRuns: 300 },
    );
  });

  test('does not open with another key of the same version, nor as another version of the same key', () => {
    const [data, index] = KEYS as [DataKey, DataKey];
    const value = cipherOf('acme').encrypt(FIELD, 'secret');
    expect(() => cipherOf('acme', [newKey('data', 1), index]).decrypt(FIELD, value)).toThrow(INVALID);
    const renumbered = [data, { ...data, version: 2 }, index];
    expect(() => cipherOf('acme', renumbered).decrypt(FIELD, value.replace('aqe1.1.', 'aqe1.2.'))).toThrow(
      INVALID,
    );
  });

  test('is refused when it could not come back: half a surrogate pair, or more than 16 MiB', () => {
    const cipher = cipherOf('acme');
    const refused = expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' });
    expect(() => cipher.encrypt(FIELD, 'a\ud800b')).toThrow(refused);
    expect(() => cipher.encrypt({ ...FIELD, rowId: '\udc00' }, 'a')).toThrow(refused);
    expect(() => cipher.encrypt(FIELD, undefined as unknown as string)).toThrow(refused);
    const longest = 'é'.repeat(8 * 1024 * 1024);
    expect(cipher.decrypt(FIELD, cipher.encrypt(FIELD, longest))).toBe(longest);
    expect(() => cipher.encrypt(FIELD, `${longest}a`)).toThrow(refused);
    expect(() => cipher.decrypt(FIELD, `aqe1.1.${'A'.repeat(23_000_000)}`)).toThrow(INVALID);
  });
});

describe('the versions of a key', () => {
  test('are all read with, and the newest that may be is written with', () => {
    const [v1, v2, v3] = [newKey('data', 1), newKey('data', 2), newKey('data', 3, false)];
    const before = cipherOf('acme', [v1]).encrypt(FIELD, 'old');
    const ahead = cipherOf('acme', [{ ...v3, writable: true }]).encrypt(FIELD, 'ahead');
    const cipher = cipherOf('acme', [v2, v3, v1]);
    expect(cipher.encrypt(FIELD, 'new')).toMatch(/^aqe1\.2\./);
    expect(cipher.decrypt(FIELD, before)).toBe('old');
    expect(cipher.decrypt(FIELD, ahead)).toBe('ahead');
  });

  test('say that a key was destroyed, and not that the value is wrong', () => {
    const value = cipherOf('acme').encrypt(FIELD, 'gone');
    const gone = { purpose: 'data', version: 1, key: undefined, writable: false } as const;
    const destroyed = expect.objectContaining({ code: 'AQF_KEY_DESTROYED', status: 410 });
    expect(() => cipherOf('acme', [gone]).decrypt(FIELD, value)).toThrow(destroyed);
    expect(() => cipherOf('acme', [gone]).encrypt(FIELD, 'x')).toThrow(destroyed);
    expect(() => cipherOf('acme', [gone]).blindIndex(FIELD, 'x')).toThrow(destroyed);
    const reopened = cipherOf('acme', [gone, newKey('data', 2), newKey('index', 2)]);
    expect(() => reopened.decrypt(FIELD, value)).toThrow(destroyed);
    expect(reopened.encrypt(FIELD, 'x')).toMatch(/^aqe1\.2\./);
  });
});

import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTempDir, removeTempDir } from '../../../test/support/temp-dir.js';
import type { KeyContext } from '../key-provider.js';
import { localKeyFile } from './local-key-file.js';

const CONTEXT: KeyContext = { tenantId: 'acme', purpose: 'data', version: 1 };
const PLAIN = Buffer.alloc(32, 5);
const UNAVAILABLE = { code: 'AQF_KEY_UNAVAILABLE', status: 503 };

describe('a key file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = makeTempDir();
    path = join(folder, 'master.key');
  });
  afterEach(() => removeTempDir(folder));

  test('is made for its owner alone when that is asked for, once', async () => {
    const first = await localKeyFile({ path, missing: 'create' });
    expect(statSync(path)).toMatchObject({ size: 32 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await localKeyFile({ path, missing: 'create' });
    expect(again.id).toBe(first.id);
    expect(await again.unwrap(await first.wrap(PLAIN, CONTEXT), CONTEXT)).toEqual(PLAIN);
    expect(readdirSync(folder)).toEqual(['master.key']);
  });

  test('is one and the same for all who make it at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 16 }, () => localKeyFile({ path, missing: 'create' })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['master.key']);
  });

  test('is not made when that is not asked for', async () => {
    await expect(localKeyFile({ path })).rejects.toMatchObject(UNAVAILABLE);
    expect(existsSync(path)).toBe(false);
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o666])('is refused with the mode %o', async (mode) => {
    writeFileSync(path, Buffer.alloc(32, 1));
    chmodSync(path, mode);
    const hint = expect.stringContaining('chmod 600');
    await expect(localKeyFile({ path })).rejects.toMatchObject({ ...UNAVAILABLE, hint });
    const link = join(folder, 'link.key');
    symlinkSync(path, link);
    await expect(localKeyFile({ path: link })).rejects.toMatchObject(UNAVAILABLE);
  });

  test.each([0, 31, 33, 64])('is refused with %i bytes', async (size) => {
    writeFileSync(path, Buffer.alloc(size), { mode: 0o600 });
    await expect(localKeyFile({ path })).rejects.toMatchObject(UNAVAILABLE);
  });

  test('unwraps for the context it wrapped for, and nothing that was changed', async () => {
    const provider = await localKeyFile({ path, missing: 'create' });
    const wrapped = await provider.wrap(PLAIN, CONTEXT);
    expect(Buffer.from(wrapped).includes(PLAIN)).toBe(false);
    const others: KeyContext[] = [
      { ...CONTEXT, tenantId: 'bob' },
      { ...CONTEXT, purpose: 'index' },
      { ...CONTEXT, version: 2 },
    ];
    for (const context of others) {
      await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject(UNAVAILABLE);
    }
    for (let at = 0; at < wrapped.length; at++) {
      const flipped = Buffer.from(wrapped);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await expect(provider.unwrap(flipped, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
    }
    const other = await localKeyFile({ path: join(folder, 'other.key'), missing: 'create' });
    expect(other.id).not.toBe(provider.id);
    await expect(other.unwrap(wrapped, CONTEXT)).rejects.toMatchObject(UNAVAILABLE);
  });

  test('shows nothing of the key', async () => {
    const provider = await localKeyFile({ path, missing: 'create' });
    const shown = inspect(provider, { showHidden: true, depth: Infinity }) + JSON.stringify(provider);
    const key = readFileSync(path);
    for (const encoding of ['hex', 'base64', 'latin1'] as const) {
      expect(shown).not.toContain(key.toString(encoding).slice(0, 12));
    }
  });
});

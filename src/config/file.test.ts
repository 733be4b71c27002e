import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aquifer-config-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function load(file?: string) {
  return loadConfig({ cwd: folder, env: {}, ...(file !== undefined && { file }) });
}

describe('a configuration file', () => {
  it.each([
    [
      'ts',
      'enum Size { Small = 512 }\nexport default { chunking: { maxTokens: Size.Small as number } } satisfies object;',
    ],
    [
      'mts',
      'const size: number = await Promise.resolve(512);\nexport default { chunking: { maxTokens: size } };',
    ],
    ['js', 'export default { chunking: { maxTokens: 512 } };'],
    ['mjs', 'export default { chunking: { maxTokens: 512 } };'],
    ['json', '\ufeff{ "chunking": { "maxTokens": 512 } }'],
  ])('may be aquifer.config.%s', async (extension, text) => {
    const path = await write(`aquifer.config.${extension}`, text);
    const { values, sources, file } = await load();
    expect(values.chunking).toEqual({ maxTokens: 512, overlapTokens: 200 });
    expect(sources['chunking.maxTokens']).toEqual({ kind: 'file', name: `aquifer.config.${extension}` });
    expect(file).toBe(path);
  });

  it('may import its neighbours and the package itself', async () => {
    await write('size.ts', 'export const size: number = 512;');
    await write(
      'aquifer.config.ts',
      "import { isAquiferError } from 'aquifer';\nimport { size } from './size.js';\nexport default { chunking: { maxTokens: isAquiferError(0) ? 1 : size } };",
    );
    expect((await load()).values.chunking.maxTokens).toBe(512);
  });

  it('leaves no translation of itself behind, which could hold a password', async () => {
    await write(
      'aquifer.config.ts',
      "const url: string = 'postgres://app:secret@db/shop';\nexport default { relational: { url } };",
    );
    await load();
    expect(await readdir(folder)).toEqual(['aquifer.config.ts']);
    const caches = [join(tmpdir(), 'jiti'), 'node_modules/.cache/jiti'];
    const cached = await Promise.all(caches.map((cache) => readdir(cache).catch(() => [])));
    expect(cached.flat().filter((name) => name.startsWith(basename(folder)))).toEqual([]);
  });

  it('is read anew by every call', async () => {
    await write('aquifer.config.ts', 'export default { tenant: "one" };');
    expect((await load()).values.tenant).toBe('one');
    await write('aquifer.config.ts', 'export default { tenant: "two" };');
    expect((await load()).values.tenant).toBe('two');
  });

  it('is looked for in the working directory alone, the typed one first', async () => {
    expect((await load()).file).toBeUndefined();
    await write('aquifer.config.json', '{ "tenant": "json" }');
    await write('aquifer.config.ts', 'export default { tenant: "typed" };');
    const { values, warnings } = await load();
    expect(values.tenant).toBe('typed');
    expect(warnings).toEqual(['aquifer.config.json is not used: aquifer.config.ts comes first.']);
    expect((await loadConfig({ cwd: folder, env: {}, file: false })).values.tenant).toBe('default');
  });

  it('may be named, and its relative folders then count from where it lies', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'aquifer-config-'));
    const file = join(elsewhere, 'production.json');
    await writeFile(file, '{ "dataDir": "data" }');
    expect((await load(file)).values.dataDir).toBe(join(elsewhere, 'data'));
    expect((await loadConfig({ cwd: folder, env: { AQUIFER_DATA_DIR: 'data' }, file })).values.dataDir).toBe(
      join(folder, 'data'),
    );
    await rm(elsewhere, { recursive: true });
  });

  it.each([
    ['aquifer.config.ts', 'export default { tenant: "a" oops };', 'line 1: ParseError: Unexpected token'],
    [
      'aquifer.config.ts',
      'const a = 1;\nexport default { tenant: missing };',
      'line 2: missing is not defined',
    ],
    [
      'aquifer.config.ts',
      'throw new Error("no postgres://app:hidden@db/shop");\n',
      'line 1: no postgres://app:***@db/shop',
    ],
    ['aquifer.config.ts', 'import "./nowhere.js";\nexport default {};', 'nowhere.js'],
    ['aquifer.config.ts', 'export const tenant = "a";', 'it has no default export'],
    ['aquifer.config.json', '{ "url": "hidden" oops', 'it is not valid JSON'],
  ])('that cannot be read is named, with the place: %s %#', async (name, text, reason) => {
    const path = await write(name, text);
    const failure = await load().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'AQF_CONFIG_INVALID', facts: { file: name } });
    expect(String(failure)).toContain(`The configuration file ${path} cannot be read: `);
    expect(String(failure)).toContain(reason);
    expect(String(failure)).not.toContain('hidden');
  });

  it('that was named must exist and have a known ending', async () => {
    await expect(load('nowhere.ts')).rejects.toThrow('there is no such file');
    await expect(load(await write('aquifer.yaml', ''))).rejects.toThrow(
      'its name ends in ".yaml"; allowed: .ts, ',
    );
  });

  it.each([
    [
      'export default { chunking: { maxToken: 5 } };',
      'chunking.maxToken in aquifer.config.ts is not a setting. Did you mean maxTokens?',
    ],
    [
      'export default { chunk: {} };',
      'chunk in aquifer.config.ts is not a setting. Allowed here: dataDir, tenant, ',
    ],
    ['export default { chunking: 5 };', 'chunking in aquifer.config.ts is 5; allowed: an object.'],
    ['export default [];', 'The export of aquifer.config.ts is a list; allowed: an object.'],
    ['export default { tenant: 5 };', 'tenant in aquifer.config.ts is 5; allowed: 1 to 128 letters'],
  ])('with wrong content is named with the setting: %s', async (text, message) => {
    await write('aquifer.config.ts', text);
    await expect(load()).rejects.toThrow(message);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { tempDir } from '../../support/temp-dir.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/cache-migration.md'), 'utf8');
const SECTIONS = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    from: section.slice(0, section.indexOf('\n')),
    blocks: [...section.matchAll(/^```(?:ts|js)\n(.*?)^```/gms)].map(([, code = '']) => code),
  }))
  .filter(({ blocks }) => blocks.length > 0);

/** What `aquifer/cache` gives, from the sources. */
const CACHE = `
export * from ${JSON.stringify(join(ROOT, 'src/cache/public.ts'))};
export * from ${JSON.stringify(join(ROOT, 'src/cache/adapters/index.ts'))};
`;

/** Runs a block of the page: what it prints. */
async function printed(code: string): Promise<unknown[][]> {
  const folder = tempDir();
  writeFileSync(join(folder, 'cache.ts'), CACHE);
  const resolved = code.replace(/(?<=^} from |^import .* from )'([^']+)'/gm, (_, name: string) =>
    JSON.stringify(
      name === 'aquifer/cache' ? join(folder, 'cache.ts') : fileURLToPath(import.meta.resolve(name)),
    ),
  );
  const file = join(folder, 'example.ts');
  writeFileSync(file, resolved);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await import(pathToFileURL(file).href);
    return log.mock.calls;
  } finally {
    log.mockRestore();
  }
}

test('the page has a pair for each cache that it says to have run', () => {
  expect(SECTIONS.map(({ from }) => from)).toEqual([
    'bentocache',
    'cacheable',
    'cache-manager',
    'keyv',
    'lru-cache',
  ]);
});

test.each(SECTIONS)(
  'coming from $from: the code after prints what the code before did',
  async ({ blocks }) => {
    const [before = '', after = ''] = blocks;
    const lines = await printed(before);
    expect(lines.length).toBeGreaterThan(1);
    expect(await printed(after)).toEqual(lines);
  },
);

const WITH_ADAPTERS = SECTIONS.filter(({ blocks }) => blocks.length > 2);

test.each(WITH_ADAPTERS)(
  'coming from $from: the code with an adapter begins with the same',
  async ({ blocks }) => {
    const [before = '', , ...adapters] = blocks;
    const [first] = await printed(before);
    for (const adapter of adapters) expect((await printed(adapter))[0]).toEqual(first);
  },
);

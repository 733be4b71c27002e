import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { walk } from './walk.js';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'aquifer-walk-')));
});
afterEach(() => rm(root, { recursive: true }));

function write(...names: string[]): string[] {
  return names.map((name) => {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, name);
    return file;
  });
}

describe('walking folders', () => {
  test('finds the files at every depth, in order of name', async () => {
    const files = write('b.md', 'a/deep/er/z.md', 'a/y.md');
    expect(await walk([root])).toEqual({ roots: [root], files: [...files].sort(), unreadable: [] });
  });

  test('passes over hidden files and folders, node_modules, and links inside folders', async () => {
    const [file = ''] = write('a.md', '.hidden.md', '.git/config', 'node_modules/x/readme.md');
    symlinkSync(root, join(root, 'loop'));
    symlinkSync(file, join(root, 'link.md'));
    symlinkSync('nowhere', join(root, 'broken'));
    expect((await walk([root])).files).toEqual([file]);
  });

  test('takes a path that is given itself whatever its name, and follows it when it is a link', async () => {
    const [hidden = '', inside = ''] = write('.hidden.md', 'folder/a.md');
    symlinkSync(join(root, 'folder'), join(root, 'link'));
    const { roots, files } = await walk([hidden, join(root, 'link')]);
    expect(files).toEqual([hidden, inside]);
    expect(roots).toEqual([hidden, join(root, 'folder')]);
  });

  test('finds a file once, given twice, inside a given folder, or by a crooked path', async () => {
    const [file = ''] = write('folder/a.md');
    const crooked = `${root}/folder/../folder/./a.md`;
    expect((await walk([file, join(root, 'folder'), crooked, root])).files).toEqual([file]);
  });

  test('of an empty folder finds nothing', async () => {
    expect((await walk([root])).files).toEqual([]);
  });

  test('refuses a path that does not exist, and one that no file can have, before reading any', async () => {
    for (const path of [join(root, 'missing'), join(root, 'nul\u0000'), 'x'.repeat(5000)]) {
      await expect(walk([root, path])).rejects.toMatchObject({
        code: 'AQF_ARGUMENT_INVALID',
        message: expect.stringContaining('There is no file or folder'),
      });
    }
  });

  test.skipIf(process.platform === 'win32')(
    'refuses what is neither file nor folder: reading it might never end',
    async () => {
      const path = join(root, 'socket');
      const server = createServer().listen(path);
      await new Promise((resolve) => server.once('listening', resolve));
      await expect(walk([path])).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      expect((await walk([root])).files).toEqual([]);
      await new Promise((resolve) => server.close(resolve));
    },
  );
});

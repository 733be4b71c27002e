import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../harness/folders.js';

/** Copies what a clone would hold if everything were committed now: nothing that git ignores. */
export async function copyWorkingTree(target: string): Promise<void> {
  for (const path of listFiles()) {
    const source = join(REPOSITORY, path);
    // Deleted, but not yet from the index.
    if (!existsSync(source)) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await copyFile(source, join(target, path));
  }
}

function listFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).split('\0').filter(Boolean);
}

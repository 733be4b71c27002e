import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AquiferError } from '../errors/index.js';

/** Folders that hold no documents of the user's: version control, packages, Aquifer's own data. */
const SKIPPED = new Set(['node_modules']);

/**
 * The files below the given paths, absolute, each once, in order of name. Hidden files and folders,
 * `node_modules` and symbolic links inside folders are passed over; a path given itself is always taken.
 * @throws AQF_ARGUMENT_INVALID for a path that does not exist
 */
export async function walk(paths: readonly string[]): Promise<{ roots: string[]; files: string[] }> {
  const roots = await Promise.all(paths.map(resolveRoot));
  const files = new Set<string>();
  for (const root of roots) for await (const file of filesOf(root)) files.add(file);
  return { roots, files: [...files].sort() };
}

async function resolveRoot(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', `There is no file or folder ${JSON.stringify(path)}.`, {
      cause: error,
    });
  }
}

async function* filesOf(path: string): AsyncGenerator<string> {
  if (!(await stat(path)).isDirectory()) {
    yield path;
    return;
  }
  const pending = [path];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for await (const entry of await opendir(folder)) {
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const child = join(folder, entry.name);
      if (entry.isDirectory()) pending.push(child);
      else if (entry.isFile()) yield child;
    }
  }
}

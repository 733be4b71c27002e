import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AquiferError, messageOf } from '../errors/index.js';

/** Folders that hold no documents of the user's: packages. */
const SKIPPED = new Set(['node_modules']);

export interface Walk {
  /** The given paths, absolute and without symbolic links. */
  readonly roots: readonly string[];
  /** Absolute, each once, in order of name. */
  readonly files: readonly string[];
  /** Folders below the given paths that could not be read. */
  readonly unreadable: readonly UnreadableFolder[];
}

export interface UnreadableFolder {
  readonly folder: string;
  readonly error: AquiferError;
}

/**
 * The files below the given paths. Hidden files and folders, `node_modules` and symbolic links inside
 * folders are passed over; a path given itself is always taken.
 * @throws AQF_ARGUMENT_INVALID for a path that names neither a file nor a folder
 */
export async function walk(paths: readonly string[]): Promise<Walk> {
  const roots = await Promise.all(paths.map(resolveRoot));
  const files = new Set<string>();
  const unreadable = new Map<string, UnreadableFolder>();
  for (const { path, isFolder } of roots) {
    if (!isFolder) files.add(path);
    else await walkFolder(path, files, unreadable);
  }
  return {
    roots: roots.map(({ path }) => path),
    files: [...files].sort(),
    unreadable: [...unreadable.values()],
  };
}

async function resolveRoot(given: string): Promise<{ path: string; isFolder: boolean }> {
  try {
    const path = await realpath(given);
    const found = await stat(path);
    if (found.isFile() || found.isDirectory()) return { path, isFolder: found.isDirectory() };
  } catch (error) {
    throw noSuchPath(given, error);
  }
  throw noSuchPath(given);
}

function noSuchPath(given: string, cause?: unknown): AquiferError {
  const message = `There is no file or folder ${JSON.stringify(given)}.`;
  return new AquiferError('AQF_ARGUMENT_INVALID', message, { cause });
}

async function walkFolder(
  root: string,
  files: Set<string>,
  unreadable: Map<string, UnreadableFolder>,
): Promise<void> {
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await entriesOf(folder, unreadable)) {
      if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
      const child = join(folder, entry.name);
      if (entry.isDirectory()) pending.push(child);
      else if (entry.isFile()) files.add(child);
    }
  }
}

async function entriesOf(folder: string, unreadable: Map<string, UnreadableFolder>): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const message = `The folder cannot be read: ${messageOf(cause)}`;
    unreadable.set(folder, { folder, error: new AquiferError('AQF_FILE_UNREADABLE', message, { cause }) });
    return [];
  }
}

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';

/** How far each space of each tenant is copied: the last id that the target holds. Kept by whoever runs the migration. */
export interface MigrationJournal {
  read(key: string): Promise<string | undefined>;
  /** Resolves once the position outlives the process. */
  write(key: string, after: string): Promise<void>;
  /** After a verified migration: the next one begins at the start. */
  clear(key: string): Promise<void>;
}

const positions = z.record(z.string(), z.string());

/** A journal in a file, replaced as a whole: a process that is killed leaves the old one or the new one. */
export function fileJournal(path: string): MigrationJournal {
  const read = async () => new Map(Object.entries(await readPositions(path)));
  const replace = async (all: ReadonlyMap<string, string>) => {
    if (all.size === 0) return rm(path, { force: true });
    const next = `${path}.${process.pid}`;
    await writeFile(next, JSON.stringify(Object.fromEntries(all)), { mode: 0o600, flush: true });
    await rename(next, path);
  };
  return {
    read: async (key) => (await read()).get(key),
    write: async (key, after) => replace((await read()).set(key, after)),
    clear: async (key) => {
      const all = await read();
      if (all.delete(key)) await replace(all);
    },
  };
}

/** A journal for a migration that need not outlive its process. */
export function memoryJournal(): MigrationJournal {
  const all = new Map<string, string>();
  return {
    read: async (key) => all.get(key),
    write: async (key, after) => void all.set(key, after),
    clear: async (key) => void all.delete(key),
  };
}

async function readPositions(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const parsed = positions.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_VECTOR_MIGRATION_FAILED', `The journal ${path} cannot be read.`, {
    hint: 'Remove it: the migration then begins at the start, and copies nothing twice that counts.',
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

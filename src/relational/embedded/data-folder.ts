import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { openPglite } from './pglite.js';

/**
 * Opens the database below `dataDir`. A new one is made in a folder of another name and renamed when
 * whole, so that a process killed in the middle of it leaves nothing that looks like a database.
 */
export async function openDataFolder(dataDir: string): Promise<PGlite> {
  const folder = join(dataDir, 'postgres');
  if (!existsSync(folder)) await initialise(dataDir, folder);
  return openPglite(folder);
}

async function initialise(dataDir: string, folder: string): Promise<void> {
  const unfinished = join(dataDir, 'postgres.initialising');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const database = await openPglite(unfinished);
  await database.close();
  await rename(unfinished, folder);
}

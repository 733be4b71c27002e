import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { openPglite } from './pglite.js';

const DATABASE = 'postgres';

export function holdsDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, DATABASE));
}

export function openDatabase(dataDir: string): Promise<PGlite> {
  return openPglite(join(dataDir, DATABASE));
}

/**
 * Makes a new database in a folder of another name and renames it when whole, so that a process killed in
 * the middle of it leaves nothing that looks like a database.
 */
export async function initialiseDatabase(dataDir: string): Promise<void> {
  const unfinished = join(dataDir, `${DATABASE}.initialising`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const database = await openPglite(unfinished);
  await database.close();
  await rename(unfinished, join(dataDir, DATABASE));
}

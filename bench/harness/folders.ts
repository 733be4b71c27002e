import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The root of the repository: npm and scripts/bench.mjs run from there. */
export const REPOSITORY = process.cwd();

/** A folder that is there while `work` runs. */
export async function withTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'aquifer-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A folder that is prepared once for the same inputs and kept in the system's temporary folder. It is made
 * aside and renamed, so that an interrupted preparation leaves nothing that looks finished.
 */
export async function cachedFolder(
  name: string,
  inputs: readonly string[],
  prepare: (folder: string) => Promise<void>,
): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `aquifer-bench-${name}-${key}`);
  if (existsSync(folder)) return folder;
  const aside = await mkdtemp(`${folder}-`);
  try {
    await prepare(aside);
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

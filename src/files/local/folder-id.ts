import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The name that a folder gave itself when it was made: servers that share it have the same. */
export async function folderId(folder: string, incoming: string): Promise<string> {
  await mkdir(join(folder, incoming), { recursive: true, mode: 0o700 });
  const path = join(folder, 'id');
  const known = await readId(path);
  if (known !== undefined) return known;
  await makeId(path);
  return (await readFile(path, 'utf8')).trim();
}

async function readId(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^[0-9a-f]{16}$/.test(text.trim()) ? text.trim() : undefined;
}

/** Written aside and linked: of two that make it at once, one wins and both read it whole. */
async function makeId(path: string): Promise<void> {
  const id = randomBytes(8).toString('hex');
  const aside = `${path}.${id}`;
  await writeFile(aside, `${id}\n`, { mode: 0o600 });
  await link(aside, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(aside, { force: true });
}

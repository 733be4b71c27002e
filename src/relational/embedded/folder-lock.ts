import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AquiferError } from '../../errors/index.js';

/** Who holds a folder. `started` tells a process from a later one that was given the same pid. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
  readonly token: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one that opens a data folder. The lock of a process that died is taken
 * over; a lock held on another machine cannot be judged from here and is respected.
 * @throws AQF_DATABASE_LOCKED naming the holder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    token: randomUUID(),
  };
  await acquire(path, mine);
  return { release: () => release(path, mine) };
}

async function acquire(path: string, mine: Holder): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(path, mine)) return;
    const holder = await read(path);
    if (!holder) continue;
    if (isAlive(holder)) throw lockedBy(path, holder);
    await removeStale(path, holder);
  }
  throw new AquiferError('AQF_DATABASE_LOCKED', `Several processes are opening ${path} at once.`, {
    hint: 'Try again.',
  });
}

/** Appears whole or not at all: written aside, then linked to its name, which fails if the name is taken. */
async function create(path: string, mine: Holder): Promise<boolean> {
  const aside = `${path}.${mine.token}`;
  await writeFile(aside, JSON.stringify(mine));
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function read(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    throw new AquiferError('AQF_DATABASE_LOCKED', `The lock file ${path} is damaged.`, {
      hint: 'When no process has this database open, delete the file.',
      facts: { path },
    });
  }
}

/** Another process may take the stale lock over between our look and our hand: what we took is checked. */
async function removeStale(path: string, stale: Holder): Promise<void> {
  const taken = `${path}.stale.${randomUUID()}`;
  const moved = await rename(path, taken).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const holder = await read(taken);
  if (holder && holder.token !== stale.token) await link(taken, path).catch(() => undefined);
  await rm(taken, { force: true });
}

async function release(path: string, mine: Holder): Promise<void> {
  const holder = await read(path);
  if (holder?.token === mine.token) await rm(path, { force: true });
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(holder.pid) === holder.started;
}

/** Start of a process in clock ticks since boot (proc(5), field 22); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function lockedBy(path: string, holder: Holder): AquiferError {
  return new AquiferError(
    'AQF_DATABASE_LOCKED',
    `The embedded database is open in process ${holder.pid} on ${holder.host}; it serves one process at a time (${path}).`,
    { facts: { pid: holder.pid, host: holder.host } },
  );
}

import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** A run takes less than half of it. */
const ROOM = 4 * 1024 ** 3;

/**
 * Temporary files of a run lie in memory where there is room: nearly every test makes a database of a thousand files, which a disk
 * takes seconds for. The folder is removed after the run, with what killed processes left in it.
 */
export default function folder(): (() => void) | undefined {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return undefined;
  const made = mkdtempSync(join(MEMORY, 'aquifer-tests-'));
  // Servers of tests run as another user.
  chmodSync(made, 0o1777);
  process.env.TMPDIR = made;
  return () => rmSync(made, { recursive: true, force: true, maxRetries: 3 });
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM;
  } catch {
    return false;
  }
}

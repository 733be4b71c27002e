import { mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StagedContent } from '../store.js';
import type { ReceivedFile } from '../types.js';

/** A whole file under a name of its own, until it is renamed to where its content belongs. */
export function stagedFile(
  path: string,
  { sha256, bytes }: ReceivedFile,
  placeOf: (space: string) => string,
): StagedContent {
  return {
    sha256,
    bytes,
    keep: (space) => moveTo(path, placeOf(space)),
    discard: () => rm(path, { force: true }),
  };
}

/** What is there already under this name has the same bytes. The folder is written through, or the name may be lost. */
async function moveTo(path: string, place: string): Promise<void> {
  const folder = dirname(place);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Its age counts from now: a sweep leaves alone what is young.
  const now = new Date();
  await utimes(path, now, now);
  await rename(path, place);
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

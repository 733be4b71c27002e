import { join } from 'node:path';
import { REPOSITORY } from '../harness/folders.js';
import { runChild } from './child.js';

const ENTRY = join(REPOSITORY, '.bench', 'bench', 'start', 'bare-open-child.js');

/** Seconds from the start of a process until bare PGlite in it has answered from the database in a folder. */
export async function openBare(folder: string): Promise<number> {
  const command = { command: process.execPath, args: [ENTRY, folder], cwd: REPOSITORY };
  const { lineSeconds } = await runChild(command, (line) => line === 'open');
  return lineSeconds;
}

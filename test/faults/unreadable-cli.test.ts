import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { IngestFilesResult } from '../../src/documents/index.js';
import { CLI, type CliOptions, cliJson } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Root reads everything, so as root the command runs as another user; that user must be able to read the code. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const reader: CliOptions = isRoot ? { uid: NOBODY } : {};
const impossible = process.platform === 'win32' || (isRoot && !canRunAsNobody());
if (impossible)
  console.log('Tests of unreadable files skipped: no user here who may run the command but not read a file.');

function canRunAsNobody(): boolean {
  const script = `require('fs').accessSync(${JSON.stringify(CLI)})`;
  return spawnSync(process.execPath, ['-e', script], { uid: NOBODY }).status === 0;
}

describe.skipIf(impossible)('aquifer ingest of what may not be read', () => {
  let folder: string;
  let documents: string;
  let dataDir: string;
  beforeAll(async () => {
    folder = makeTempDir();
    documents = join(folder, 'documents');
    dataDir = await migratedDataDir(join(folder, 'data'));
    mkdirSync(join(documents, 'locked'), { recursive: true });
    writeFileSync(join(documents, 'open.md'), 'An open document.');
    writeFileSync(join(documents, 'secret.md'), 'A closed document.');
    writeFileSync(join(documents, 'locked', 'inside.md'), 'A document in a locked folder.');
    if (isRoot) giveAway(folder);
  });
  afterAll(() => removeTempDir(folder));

  const ingest = (...args: string[]) =>
    cliJson<IngestFilesResult>(['ingest', documents, '--data-dir', dataDir, ...args], reader);
  const lock = (mode: { file: number; folder: number }) => {
    chmodSync(join(documents, 'secret.md'), mode.file);
    chmodSync(join(documents, 'locked'), mode.folder);
  };

  test('fails for the file and for the folder, and stores the rest', async () => {
    lock({ file: 0o000, folder: 0o000 });
    const { added, failed } = await ingest();
    expect(added).toBe(1);
    expect(failed.map(({ file }) => file).sort()).toEqual([
      join(documents, 'locked'),
      join(documents, 'secret.md'),
    ]);
    for (const { error } of failed) expect(error.code).toBe('AQF_FILE_UNREADABLE');
  });

  test('does not take a file in a folder that was locked meanwhile for gone', async () => {
    lock({ file: 0o600, folder: 0o700 });
    expect(await ingest()).toMatchObject({ added: 2, unchanged: 1 });
    lock({ file: 0o600, folder: 0o000 });
    expect(await ingest('--prune')).toMatchObject({ pruned: 0, unchanged: 2 });
    lock({ file: 0o600, folder: 0o700 });
    rmSync(join(documents, 'locked', 'inside.md'));
    expect(await ingest('--prune')).toMatchObject({ pruned: 1, unchanged: 2 });
  });
});

function giveAway(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const name of readdirSync(folder, { recursive: true }))
    chownSync(join(folder, String(name)), NOBODY, NOBODY);
}

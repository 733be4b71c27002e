import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder that is removed when the test has finished. */
export function tempDir(): string {
  const folder = makeTempDir();
  onTestFinished(() => removeTempDir(folder));
  return folder;
}

/** For folders shared by the tests of a file: pair with `removeTempDir` in `afterAll`. */
export function makeTempDir(): string {
  return mkdtempSync(join(tmpdir(), 'aquifer-test-'));
}

export function removeTempDir(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

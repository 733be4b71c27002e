import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder that is removed when the test has finished. */
export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aquifer-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IngestFilesResult } from '../../src/documents/index.js';
import { cliJson, startCli } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { SampleFolder } from './sample-folder.js';
import { inspectStored } from './stored-state.js';

/** Enough that the first line of progress, after two seconds, comes long before the end. */
const DOCUMENTS = 200;

let folder: string;
let documents: SampleFolder;
let dataDir: string;

beforeAll(async () => {
  folder = makeTempDir();
  documents = new SampleFolder(join(folder, 'documents'), DOCUMENTS);
  dataDir = await migratedDataDir(join(folder, 'data'));
});
afterAll(() => removeTempDir(folder));

const SIZE = ['--max-tokens', '130', '--overlap-tokens', '20'];
const ingest = () => ['ingest', documents.path, '--data-dir', dataDir, ...SIZE];

describe('an ingest that is interrupted with Ctrl-C', () => {
  test('finishes the documents in work, says so and ends with 130', async () => {
    const { child, ended } = startCli(ingest(), { ownGroup: true });
    await printed(child, 'Ingesting: ');
    pressCtrlC(child);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping after the documents in work');
    expect(stderr).not.toContain('failed');
    expect(stdout).toMatch(/^\d+ added; \d+ chunks written\nStopped early\. Run it again to go on\.\n$/);
    const stored = await inspectStored(dataDir);
    expect(stored).toHaveLength(Number(/^\d+/.exec(stdout)?.[0]));
    expect(stored.length).toBeLessThan(DOCUMENTS);
  });

  test('ends at once when it is pressed again, and leaves whole documents', async () => {
    const before = await inspectStored(dataDir);
    for (let at = 0; at < DOCUMENTS; at++) documents.write(at, 1);
    const { child, ended } = startCli(ingest(), { ownGroup: true });
    await printed(child, 'Ingesting: ');
    pressCtrlC(child);
    await printed(child, 'Stopping after');
    pressCtrlC(child);
    const { code, signal } = await ended;
    // Ended by the signal itself when the first one had finished meanwhile; shells report both as 130.
    expect(signal ?? code).toBe(signal ? 'SIGINT' : 130);
    const stored = await inspectStored(dataDir);
    const ids = stored.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  });

  test('goes on where it stopped', async () => {
    for (let at = 0; at < DOCUMENTS; at++) documents.write(at, 1);
    const stored = await inspectStored(dataDir);
    const result = await cliJson<IngestFilesResult>(ingest());
    expect(result).toMatchObject({ added: DOCUMENTS - stored.length, failed: [], aborted: false });
    expect(result.unchanged).toBeGreaterThan(0);
    expect(await inspectStored(dataDir)).toHaveLength(DOCUMENTS);
  });
});

/** A terminal sends the signal to every process in the foreground. */
function pressCtrlC(child: ChildProcess): void {
  process.kill(-(child.pid ?? 0), 'SIGINT');
}

async function printed(child: ChildProcess, text: string): Promise<void> {
  let seen = '';
  while (!seen.includes(text)) {
    if (!child.stderr) throw new Error('The process has no standard error.');
    const [chunk] = (await once(child.stderr, 'data')) as [string];
    seen += chunk;
  }
}

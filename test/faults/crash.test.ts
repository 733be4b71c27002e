import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { IngestFilesResult } from '../../src/documents/index.js';
import { cliJson, startCli } from '../support/cli.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { livingInGroup } from './processes.js';
import { randomFrom, SampleFolder } from './sample-folder.js';
import { comparable, inspectStored, type StoredDocumentState } from './stored-state.js';

const KILLS = 20;
/** Of these, the first fall into the making of the database and the first documents. */
const EARLY_KILLS = 4;
const DOCUMENTS = 60;
const seed = Number(process.env.AQUIFER_FAULTS_SEED ?? Date.now() % 1_000_000);
const random = randomFrom(seed);

let folder: string;
let documents: SampleFolder;
let reference: string;
let crashed: string;
/** Milliseconds of an undisturbed run from nothing to everything. */
let wholeRun: number;

beforeAll(async () => {
  console.log(
    `Seed of the crash test: ${seed} (AQUIFER_FAULTS_SEED repeats it, the machine's speed permitting)`,
  );
  folder = makeTempDir();
  documents = new SampleFolder(join(folder, 'documents'), DOCUMENTS);
  reference = join(folder, 'reference');
  crashed = join(folder, 'crashed');
  const start = performance.now();
  const result = await cliJson<IngestFilesResult>(ingestInto(reference));
  wholeRun = performance.now() - start;
  expect(result).toMatchObject({ added: DOCUMENTS, failed: [] });
});
afterAll(() => removeTempDir(folder));

function ingestInto(dataDir: string): string[] {
  const size = ['--max-tokens', '130', '--overlap-tokens', '20'];
  return ['ingest', documents.path, '--prune', '--data-dir', dataDir, ...size];
}

describe('an ingest that is killed at random moments', () => {
  test('leaves every document whole, loses none and goes on, however often it happens', async () => {
    let known = new Map<string, StoredDocumentState>();
    let span = wholeRun;
    const moments: string[] = [];
    for (let kills = 0, round = 1; kills < KILLS; round++) {
      const removed = disturb(round);
      const moment = momentOf(kills, known.size > 0 ? span : undefined);
      const { killed, duration, reported } = await ingestAndKill(moment);
      // Runs grow shorter and the machine slower or faster: what a run takes is learnt on the way.
      span = killed ? span * 1.1 : duration;
      const stored = await inspectStored(crashed);
      expect(stored.length).toBeGreaterThanOrEqual(reported);
      const now = new Map(stored.map((document) => [document.source, document]));
      for (const [source, { id }] of known) {
        if (source !== removed || now.has(source)) expect(now.get(source)?.id, `${source} is lost`).toBe(id);
      }
      const written = stored.filter(({ source, content }) => known.get(source)?.content !== content).length;
      known = now;
      if (!killed) continue;
      kills++;
      moments.push(`${(moment / 1000).toFixed(1)} s: ${written} of ${stored.length}`);
    }
    console.log(`Killed after, documents written by then, of all that are stored: ${moments.join(', ')}`);
  });

  test('ends as if it had never been killed', async () => {
    for (let at = 0; at < DOCUMENTS; at++) documents.write(at);
    const last = await cliJson<IngestFilesResult>(ingestInto(crashed));
    expect(last).toMatchObject({ failed: [], aborted: false });
    const [expected, actual] = [await inspectStored(reference), await inspectStored(crashed)];
    expect(actual).toHaveLength(DOCUMENTS);
    expect(comparable(actual)).toEqual(comparable(expected));
  });

  test('has then nothing left to do', async () => {
    const before = await inspectStored(crashed);
    expect(await cliJson<IngestFilesResult>(ingestInto(crashed))).toMatchObject({
      added: 0,
      updated: 0,
      unchanged: DOCUMENTS,
      pruned: 0,
      chunksAdded: 0,
    });
    expect(await inspectStored(crashed)).toEqual(before);
  });
});

/** Changes a section of every document, brings back the one taken away before and takes another, which it names. */
function disturb(round: number): string {
  for (let at = 0; at < DOCUMENTS; at++) documents.write(at, round);
  return documents.remove(round % DOCUMENTS);
}

/**
 * Milliseconds after the start. The early ones cover the making of the database evenly, the next come after
 * it; once documents are stored, all that a run still takes (`span`) is covered.
 */
function momentOf(kill: number, span: number | undefined): number {
  // More of them late, where documents are written, than in the start of the process.
  if (span !== undefined) return (1 - random() ** 2) * span;
  if (kill < EARLY_KILLS) return ((kill + random()) / EARLY_KILLS) * 0.4 * wholeRun;
  return (0.4 + 0.6 * random()) * wholeRun;
}

/** Runs an ingest and kills it; `reported` documents were said to be done. */
async function ingestAndKill(moment: number) {
  const start = performance.now();
  const { child, ended } = startCli(ingestInto(crashed), { ownGroup: true });
  const timer = new AbortController();
  void delay(moment, undefined, { signal: timer.signal }).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  const { signal, stderr } = await ended;
  timer.abort();
  await expectNothingLeft(child.pid ?? 0);
  const counts = [...stderr.matchAll(/^Ingesting: (\d+)/gm)].map(([, count]) => Number(count));
  return {
    killed: signal === 'SIGKILL',
    duration: performance.now() - start,
    reported: Math.max(0, ...counts),
  };
}

/** The processes that read the files notice that their parent is gone, and go too. */
async function expectNothingLeft(group: number): Promise<void> {
  await vi.waitFor(() => expect(livingInGroup(group)).toEqual([]), { timeout: 10_000, interval: 50 });
}

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCli } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { tempDir } from '../support/temp-dir.js';

interface Started {
  readonly url: string;
  readonly key: string;
}

/** The link that a server prints when it listens. */
function started(child: ReturnType<typeof startCli>['child']): Promise<Started> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data) => {
      text += String(data);
      const [, url, key] = /serves (http:\S+)\/#key=(\S+)/.exec(text) ?? [];
      if (url && key) resolve({ url, key });
    });
    child.once('exit', () => reject(new Error(`It ended before it served: ${text}`)));
  });
}

interface Tally {
  answered: number;
  readonly failed: string[];
}

/** Asks until nobody accepts connections any more: that is no failure, all else is. */
async function askUntilClosed({ url, key }: Started, path: string, tally: Tally): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      await response.text();
      if (response.status !== 200) tally.failed.push(`${path} ${response.status}`);
      tally.answered++;
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (code !== 'ECONNREFUSED') tally.failed.push(`${path} ${String((error as Error).cause ?? error)}`);
      return;
    }
  }
}

test('a server that is told to end says so first, answers what it accepted, and ends in time', async () => {
  const dataDir = await migratedDataDir(join(tempDir(), 'served'));
  const { child, ended } = startCli(['serve', '--port', '0', '--data-dir', dataDir], {
    env: { AQUIFER_DRAIN_MS: '2500', AQUIFER_RATE_LIMIT_ENABLED: 'false' },
  });
  const server = await started(child);
  const tally: Tally = { answered: 0, failed: [] };
  const paths = ['/api/session', '/api/overview', '/api/documents', '/openapi.json'];
  const asking = [...paths, ...paths].map((path) => askUntilClosed(server, path, tally));
  while (tally.answered < 100) await pause(5);

  const began = performance.now();
  child.kill('SIGTERM');
  let readiness = 200;
  while (readiness === 200) readiness = (await fetch(`${server.url}/health/ready`)).status;
  expect(readiness).toBe(503);
  const whenNotReady = tally.answered;

  const { code, signal, stderr } = await ended;
  await Promise.all(asking);
  expect(tally.failed).toEqual([]);
  expect(tally.answered).toBeGreaterThan(whenNotReady);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(10_000);
  // What it logged is JSON, a line a request, and holds no credential.
  const lines = stderr.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line)).some(({ msg }) => msg === 'request')).toBe(true);
  expect(stderr).not.toContain(server.key);
}, 60_000);

test('a port that is taken is said to be', async () => {
  const folder = tempDir();
  const dataDir = await migratedDataDir(join(folder, 'one'));
  const first = startCli(['serve', '--port', '0', '--data-dir', dataDir]);
  const { url } = await started(first.child);
  const other = await migratedDataDir(join(folder, 'two'));
  const { code, stderr } = await startCli(['serve', '--port', new URL(url).port, '--data-dir', other]).ended;
  first.child.kill('SIGINT');
  expect([code, stderr.includes('AQF_SERVER_UNAVAILABLE')]).toEqual([1, true]);
  expect((await first.ended).code).toBe(0);
}, 60_000);

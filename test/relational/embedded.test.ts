import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { relationalConformance } from '../../src/relational/conformance.js';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { OWNER } from '../../src/relational/index.js';
import { openMigrated } from '../support/embedded.js';
import { makeTempDir, tempDir } from '../support/temp-dir.js';

relationalConformance('embedded', () => openMigrated(makeTempDir()));

test('a second opener of the same folder is told who has it', async () => {
  const dataDir = tempDir();
  const first = await openMigrated(dataDir);
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
    code: 'AQF_DATABASE_LOCKED',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await first.close();
  await (await openEmbedded({ dataDir })).close();
});

test('the lock of a process that died is taken over, even when its number is in use again', async () => {
  const dataDir = tempDir();
  await (await openMigrated(dataDir)).close();
  const holder = { pid: process.pid, host: hostname(), started: 'long ago', token: 'theirs' };
  writeFileSync(join(dataDir, 'lock'), JSON.stringify(holder));
  const provider = await openEmbedded({ dataDir });
  expect(JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8')).token).not.toBe('theirs');
  await provider.close();
  expect(existsSync(join(dataDir, 'lock'))).toBe(false);
});

test('a lock held on another machine is respected', async () => {
  const dataDir = tempDir();
  const holder = { pid: 1, host: 'another.example', started: '', token: 'theirs' };
  writeFileSync(join(dataDir, 'lock'), JSON.stringify(holder));
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
    code: 'AQF_DATABASE_LOCKED',
    facts: { host: 'another.example' },
  });
});

test('a lock file that is damaged is an error that names it, not a crash', async () => {
  const dataDir = tempDir();
  writeFileSync(join(dataDir, 'lock'), '{"pid":');
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({ code: 'AQF_DATABASE_LOCKED' });
});

test('what was left of a database that never came to be is replaced', async () => {
  const dataDir = tempDir();
  const folder = join(dataDir, 'postgres.initialising');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'PG_VERSION'), 'half');
  const provider = await openEmbedded({ dataDir });
  expect((await provider.health()).status).toBe('up');
  await provider.close();
  expect(existsSync(folder)).toBe(false);
});

test('a folder that holds no database is an error that names the folder', async () => {
  const dataDir = tempDir();
  writeFileSync(join(dataDir, 'postgres'), 'not a folder');
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
    code: 'AQF_DATABASE_UNAVAILABLE',
    facts: { dataDir },
  });
});

test('a folder that cannot be made is an error that names it', async () => {
  const dataDir = join(tempDir(), 'file', 'data');
  writeFileSync(join(dataDir, '..'), 'not a folder');
  await expect(openEmbedded({ dataDir })).rejects.toMatchObject({
    code: 'AQF_DATABASE_UNAVAILABLE',
    facts: { dataDir },
  });
});

test('an exact scan does not hold up the event loop of the caller', async () => {
  const provider = await openMigrated(tempDir());
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await provider.transaction(OWNER, (tx) => tx.query('select count(*) from generate_series(1, 3000000)'));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(10);
  await provider.close();
});

test('an open database does not keep the process alive', async () => {
  const dataDir = tempDir();
  await (await openMigrated(dataDir)).close();
  const module = new URL('../../dist/relational/embedded/provider.js', import.meta.url).href;
  const script = `const { openEmbedded } = await import(${JSON.stringify(module)});
                  await openEmbedded({ dataDir: ${JSON.stringify(dataDir)} }); console.log('open');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

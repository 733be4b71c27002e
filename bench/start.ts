import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { withTempFolder } from './harness/folders.js';
import { type Measurement, measured } from './harness/measurement.js';
import { median } from './harness/statistics.js';
import { openBare } from './start/bare-open.js';
import type { ChildTimes } from './start/child.js';
import { copyWorkingTree } from './start/clone.js';
import { installPackages, npmStart } from './start/npm.js';

const WARM_RUNS = 5;

/** What a newcomer waits for. Everything runs in a copy of the working tree, as if freshly cloned. */
export const startBenchmark: Benchmark = {
  name: 'start',
  about: '`npm start` on a fresh clone and once more, until the first answer is on the screen',
  run: (context) => withTempFolder((clone) => measureStart(clone, context)),
};

async function measureStart(clone: string, context: BenchmarkContext): Promise<Measurement[]> {
  await copyWorkingTree(clone);
  context.progress('npm ci, to fill the npm cache');
  await installPackages(clone);
  await removePackages(clone);
  context.progress('npm ci, as the reference');
  const installSeconds = await installPackages(clone);
  await removePackages(clone);
  context.progress('cold npm start');
  const cold = await npmStart(clone);
  context.progress(`warm npm start, ${WARM_RUNS} times`);
  const warm: ChildTimes[] = [];
  const bare: number[] = [];
  for (let run = 0; run < WARM_RUNS; run++) {
    warm.push(await npmStart(clone));
    bare.push(await openBare(join(clone, '.aquifer', 'postgres')));
  }
  const exits = warm.map(({ exitSeconds }) => exitSeconds);
  context.note(
    `cold: nothing installed or compiled, the npm cache filled; npm start ended after ${cold.exitSeconds.toFixed(1)} s`,
  );
  context.note(`warm: median of ${WARM_RUNS}; npm start ended after ${median(exits).toFixed(1)} s`);
  return [
    measured('start_cold_s', cold.lineSeconds, 's', { name: 'npm ci alone', value: installSeconds }),
    measured('start_warm_s', median(warm.map(({ lineSeconds }) => lineSeconds)), 's', {
      name: 'node that opens the same database with bare PGlite and answers `select 1`',
      value: median(bare),
    }),
  ];
}

function removePackages(clone: string): Promise<void> {
  return rm(join(clone, 'node_modules'), { recursive: true, force: true });
}

import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import { median } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { withLayer } from './layer.js';
import { TENANT } from './statements.js';
import { makeTasks, TASKS } from './tasks.js';
import { concurrently } from './turns.js';

const ROWS = 1000;
const READS = 200;
const ROUNDS = 9;

/** The same point read on the embedded database. */
export async function measureEmbedded(dataDir: string, context: BenchmarkContext): Promise<Measurement[]> {
  context.progress('the embedded database');
  return withLayer({ dataDir, entities: [TASKS.timestamps] }, async ({ layer }) => {
    const repository = layer.scope({ tenantId: TENANT }).repository(TASKS.timestamps);
    const tasks = await repository.createMany(makeTasks(ROWS));
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { ms } = await timed(() =>
        concurrently(1, READS, (index) =>
          repository.findById(tasks[(round * READS + index) % ROWS]?.id as string),
        ),
      );
      rates.push((READS * 1000) / ms);
    }
    return [measured('embedded_read_per_s_1', median(rates), 'reads/s')];
  });
}

import type pg from 'pg';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import { evenlySpread, percentile } from '../harness/statistics.js';
import { timed } from '../harness/timing.js';
import { withLayer } from './layer.js';
import { withClient } from './server.js';
import { ENTER, insertMany, TENANT, tableOf } from './statements.js';
import { makeTasks, TASKS } from './tasks.js';

const ROWS = 10_000;
const REVISIONS = 10;
const ASKED = 300;

/** Reading the revisions of a row while the ledger holds 100,000 changes. */
export async function measureHistory(url: string, context: BenchmarkContext): Promise<Measurement[]> {
  return withLayer({ url, entities: [TASKS.versioned] }, async ({ layer }) => {
    context.progress(`${ROWS * REVISIONS} changes`);
    const ids = await withClient({ connectionString: url }, makeRevisions);
    const scope = layer.scope({ tenantId: TENANT });
    const listed: number[] = [];
    const asOf: number[] = [];
    for (const id of evenlySpread(ids, ASKED)) {
      const versions = scope.versions(TASKS.versioned, id);
      const { value, ms } = await timed(() => versions.list());
      if (value.length !== REVISIONS)
        throw new Error(`A row has ${value.length} revisions, not ${REVISIONS}.`);
      listed.push(ms);
      asOf.push((await timed(() => versions.at(new Date()))).ms);
    }
    return [
      measured('history_revisions_p50_ms', percentile(listed, 0.5), 'ms'),
      measured('history_revisions_p95_ms', percentile(listed, 0.95), 'ms'),
      measured('history_as_of_p50_ms', percentile(asOf, 0.5), 'ms'),
    ];
  });
}

async function makeRevisions(client: pg.Client): Promise<string[]> {
  const tasks = makeTasks(ROWS);
  const statements = [
    insertMany('versioned', tasks),
    ...Array.from({ length: REVISIONS - 1 }, () => ({
      text: `update ${tableOf('versioned')} set priority = priority + 1 where tenant_id = $1`,
      values: [TENANT],
    })),
  ];
  for (const statement of statements) {
    await client.query('begin');
    await client.query(ENTER);
    await client.query(statement);
    await client.query('commit');
  }
  await client.query('vacuum analyze aquifer.changes');
  return tasks.map(({ id }) => id);
}

import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import { percentile } from '../harness/statistics.js';
import { type OpenLayer, withLayer } from './layer.js';
import { withClient } from './server.js';
import { ENTER, insertMany, TENANT } from './statements.js';
import { makeTask, makeTasks, TASKS } from './tasks.js';

const EVENTS = 20_000;
const BATCH = 1000;
const LATENCIES = 200;

/** How fast the relay hands over what waits, and how soon a subscriber hears of one commit. */
export async function measureRelay(url: string, context: BenchmarkContext): Promise<Measurement[]> {
  return withLayer({ url, connections: 3, entities: [TASKS.events] }, async (open) => {
    context.progress(`relay of ${EVENTS} events`);
    await fill(url);
    const perSecond = await throughput(open);
    context.progress('from a commit to the handler');
    const delays = await latencies(open);
    return [
      measured('relay_events_per_s', perSecond, 'events/s'),
      measured('relay_latency_p50_ms', percentile(delays, 0.5), 'ms'),
      measured('relay_latency_p95_ms', percentile(delays, 0.95), 'ms'),
    ];
  });
}

async function fill(url: string): Promise<void> {
  await withClient({ connectionString: url }, async (client) => {
    for (let written = 0; written < EVENTS; written += BATCH) {
      await client.query('begin');
      await client.query(ENTER);
      await client.query(insertMany('events', makeTasks(BATCH)));
      await client.query('commit');
    }
  });
}

async function throughput({ layer }: OpenLayer): Promise<number> {
  const start = performance.now();
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    const handle = async (events: readonly unknown[]) => {
      received += events.length;
      if (received >= EVENTS) resolve();
    };
    layer.events
      .subscribe({ name: 'throughput', from: 'beginning', batch: BATCH, handle, onError: reject })
      .catch(reject);
  });
  const seconds = (performance.now() - start) / 1000;
  await layer.events.unsubscribe('throughput');
  return received / seconds;
}

/** Milliseconds from `create` having resolved to the handler being called; 0 where the handler came first. */
async function latencies({ layer }: OpenLayer): Promise<number[]> {
  const repository = layer.scope({ tenantId: TENANT }).repository(TASKS.events);
  const heardAt = new Map<string, (moment: number) => void>();
  await layer.events.subscribe({
    name: 'latency',
    async handle(events) {
      const now = performance.now();
      for (const { rowId } of events) heardAt.get(rowId)?.(now);
    },
  });
  const delays: number[] = [];
  for (let number = 0; number < LATENCIES; number++) {
    const task = makeTask(number);
    const heard = new Promise<number>((resolve) => heardAt.set(task.id, resolve));
    await repository.create(task);
    const committed = performance.now();
    delays.push(Math.max(0, (await heard) - committed));
  }
  await layer.events.unsubscribe('latency');
  return delays;
}

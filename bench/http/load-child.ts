import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';
import { percentile } from '../harness/statistics.js';
import type { LoadTarget } from './load.js';

const { seconds, ...target } = JSON.parse(await text(process.stdin)) as LoadTarget & { seconds: number };
await run(1);
const times: number[] = [];
const { perSecond } = await run(seconds, times);
process.stdout.write(JSON.stringify({ perSecond, p95Ms: percentile(times, 0.95) }));

/** @param taken milliseconds of each answer are added to it */
async function run(duration: number, taken: number[] = []): Promise<{ readonly perSecond: number }> {
  const options = { ...target, headers: { ...target.headers }, connections: 8, duration };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error, done) => (error ? reject(error as Error) : resolve(done)));
    instance.on('response', (_client, _status, _bytes, ms) => taken.push(ms));
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no 2xx, and ${result.errors} requests failed.`);
  return { perSecond: result['2xx'] / result.duration };
}

import type { Redis } from 'ioredis';
import { type Cache, createCache } from '../../src/cache/index.js';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import { concurrently, spread } from '../relational/turns.js';
import { type Rates, ratesInTurns, type Stretch } from './rates.js';
import { withPrefix, withRedis } from './redis.js';
import { makeUser, shuffledKeys, TTL_MS, type User } from './users.js';

const KEYS = 1000;
/** Stretches are short, so there are more of them than of others. */
const ROUNDS_FOLD = 2;
const WARM_UP = 20;
/** Reads of a stretch, by how many callers there are. Many callers come first: a process that serves is warm. */
const READS: ReadonlyMap<number, number> = new Map([
  [64, 3200],
  [1, 300],
]);
/** A read that takes too long counts with its time and gives nothing; more of them than this share measure nothing. */
const MOST_GIVEN_UP = 0.01;

/** Hits in Redis with nothing in this process, against GET of a text of the same content. */
export async function measureSharedTier(
  url: string,
  rounds: number,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  return withPrefix(url, (prefix) =>
    withRedis(url, (bare) =>
      withRedis(
        url,
        async (pipelined) => {
          const cache = await createCache<User>({ redis: { url, prefix: `${prefix}cache:` }, l1: false });
          const readers = { cache, bare, pipelined, keys: shuffledKeys(KEYS), prefix };
          try {
            await fill(readers);
            return await readByTurns(readers, rounds, context);
          } finally {
            await cache.close();
          }
        },
        { enableAutoPipelining: true },
      ),
    ),
  );
}

interface Readers {
  readonly cache: Cache<User>;
  readonly bare: Redis;
  readonly pipelined: Redis;
  readonly keys: readonly string[];
  readonly prefix: string;
}

type Reader = 'cache' | 'bare' | 'parsed' | 'pipelined' | 'parsedPipelined';

async function readByTurns(
  { cache, bare, pipelined, keys, prefix }: Readers,
  rounds: number,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [callers, calls] of READS) {
    context.progress(`hits in Redis, ${callers} callers`);
    let from = 0;
    let given = 0;
    let givenUp = 0;
    const stretch = (read: (key: string) => Promise<unknown>): Stretch => ({
      calls,
      async run() {
        from += calls;
        await concurrently(callers, calls, async (index) => {
          given++;
          if (!(await read(keys[(from + index) % KEYS] as string))) givenUp++;
        });
      },
    });
    const rates = await ratesInTurns<Reader>(
      {
        cache: stretch((key) => cache.get(key)),
        bare: stretch((key) => bare.get(prefix + key)),
        parsed: stretch(async (key) => JSON.parse((await bare.get(prefix + key)) ?? '')),
        pipelined: stretch((key) => pipelined.get(prefix + key)),
        parsedPipelined: stretch(async (key) => JSON.parse((await pipelined.get(prefix + key)) ?? '')),
      },
      { rounds: rounds * ROUNDS_FOLD, warmUp: WARM_UP },
    );
    if (givenUp > given * MOST_GIVEN_UP) throw new Error(`${givenUp} of ${given} reads gave nothing.`);
    if (givenUp > 0) context.note(`${givenUp} of ${given} reads by ${callers} callers gave nothing in time`);
    measurements.push(...reported(rates, callers));
  }
  return measurements;
}

type BothRates = Readonly<Record<'wall' | 'processor', Rates<Reader>>>;

function reported({ wall, processor }: BothRates, callers: number): Measurement[] {
  const versus = (metric: string, reference: Reader, about: string) => {
    const ratio = wall.speed('cache', reference);
    const text = `${about}, ${callers} callers; half of the rounds ${spread(ratio)}`;
    return relative(`${metric}_${callers}`, ratio.median, 'ratio', text);
  };
  const bare = { name: 'bare GET', value: wall.perSecond('bare') };
  return [
    measured(`l2_gets_per_s_${callers}`, wall.perSecond('cache'), 'reads/s', bare),
    measured(`l2_get_processor_us_${callers}`, processor.microseconds('cache'), 'µs', {
      name: 'bare GET',
      value: processor.microseconds('bare'),
    }),
    versus('l2_get_vs_ioredis', 'bare', 'GET by ioredis, the text as it is'),
    versus('l2_get_vs_ioredis_json', 'parsed', 'GET by ioredis and JSON.parse'),
    versus('l2_get_vs_ioredis_pipelined', 'pipelined', 'GET by ioredis with enableAutoPipelining'),
    versus(
      'l2_get_vs_ioredis_pipelined_json',
      'parsedPipelined',
      'GET by ioredis with enableAutoPipelining and JSON.parse',
    ),
  ];
}

async function fill({ cache, bare, keys, prefix }: Readers): Promise<void> {
  const users = keys.map((key, id) => [key, makeUser(id)] as const);
  const confirmed = await cache.setMany(users, TTL_MS);
  if (!confirmed) throw new Error('Redis did not confirm what was written.');
  for (const [key, user] of users) await bare.set(prefix + key, JSON.stringify(user), 'PX', TTL_MS);
}

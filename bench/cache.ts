import { measureFootprint } from './cache/footprint.js';
import { measureHits } from './cache/hits.js';
import { redisUrl } from './cache/redis.js';
import { measureRoundTrips } from './cache/round-trips.js';
import { measureSharedTier } from './cache/shared-tier.js';
import { measureTags } from './cache/tags.js';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { wholeNumber } from './harness/command-line.js';
import type { Measurement } from './harness/measurement.js';

const ROUNDS = 24;

type Part = (url: string, rounds: number, context: BenchmarkContext) => Promise<Measurement[]>;

const PARTS: Readonly<Record<string, Part>> = {
  hits: (_, rounds, context) => measureHits(rounds, context),
  shared: (url, rounds, context) => measureSharedTier(url, rounds, context),
  trips: (url, _, context) => measureRoundTrips(url, context),
  tags: (url, _, context) => measureTags(url, context),
  footprint: (_, __, context) => measureFootprint(context),
};

/** What a hit costs, in this process and in Redis, against other caches and against the bare tools. */
export const cacheBenchmark: Benchmark = {
  name: 'cache',
  about:
    'hits and memory of the cache, against lru-cache, bentocache, cacheable, cache-manager, keyv, ioredis',
  options: {
    redis: 'URL of the server (default: AQUIFER_TEST_REDIS_URL, or that of scripts/services)',
    'cache-rounds': `rounds in which subjects take turns (default ${ROUNDS})`,
    'cache-part': `one of ${Object.keys(PARTS).join(', ')} (default all)`,
  },
  async run(context) {
    const rounds = wholeNumber('cache-rounds', context.option('cache-rounds') ?? String(ROUNDS));
    const url = redisUrl(context.option('redis'));
    const measurements: Measurement[] = [];
    for (const part of chosenParts(context.option('cache-part'))) {
      measurements.push(...(await part(url, rounds, context)));
    }
    context.note(
      'every ratio is the median over rounds of that round’s own ratio; half of the rounds lie within the range',
    );
    return measurements;
  },
};

function chosenParts(name: string | undefined): readonly Part[] {
  if (name === undefined) return Object.values(PARTS);
  const part = PARTS[name];
  if (part) return [part];
  throw new Error(`--cache-part must be one of ${Object.keys(PARTS).join(', ')}, not "${name}".`);
}

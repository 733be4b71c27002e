import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { wholeNumber } from './harness/command-line.js';
import { withTempFolder } from './harness/folders.js';
import type { Measurement } from './harness/measurement.js';
import { measureEmbedded } from './relational/embedded.js';
import { measureHistory } from './relational/history.js';
import { measureReads } from './relational/reads.js';
import { measureRelay } from './relational/relay.js';
import { serverUrl, withDatabase } from './relational/server.js';
import { measureWrites } from './relational/writes.js';

const ROUNDS = 24;
/** Rounds of ten thousand rows for as many rounds of single ones. */
const BULK_SHARE = 3;

type Part = (
  url: string,
  folder: string,
  rounds: number,
  context: BenchmarkContext,
) => Promise<Measurement[]>;

const PARTS: Readonly<Record<string, Part>> = {
  reads: (url, _, rounds, context) => measureReads(url, rounds, context),
  writes: (url, folder, rounds, context) =>
    measureWrites(url, folder, { single: rounds, bulk: Math.ceil(rounds / BULK_SHARE) }, context),
  relay: (url, _, __, context) => measureRelay(url, context),
  history: (url, _, __, context) => measureHistory(url, context),
  embedded: (_, folder, __, context) => measureEmbedded(join(folder, 'data'), context),
};

/** What scopes, policies and traits cost, against what one would do without them. */
export const relationalBenchmark: Benchmark = {
  name: 'relational',
  about: 'scoped reads and writes with traits, against bare node-postgres and Prisma on the same server',
  options: {
    postgres: 'URL of the server (default: AQUIFER_TEST_POSTGRES_URL, or that of scripts/services)',
    rounds: `rounds in which subject and reference take turns (default ${ROUNDS})`,
    part: `one of ${Object.keys(PARTS).join(', ')} (default all)`,
  },
  run: (context) => withTempFolder((folder) => measureParts(folder, context)),
};

async function measureParts(folder: string, context: BenchmarkContext): Promise<Measurement[]> {
  const rounds = wholeNumber('rounds', context.option('rounds') ?? String(ROUNDS));
  const measurements: Measurement[] = [];
  for (const part of chosenParts(context.option('part'))) {
    const server = serverUrl(context.option('postgres'));
    measurements.push(...(await withDatabase(server, (url) => part(url, folder, rounds, context))));
  }
  context.note(
    'every ratio is the median over rounds of that round’s own ratio; half of the rounds lie within the range',
  );
  return measurements;
}

function chosenParts(name: string | undefined): readonly Part[] {
  if (name === undefined) return Object.values(PARTS);
  const part = PARTS[name];
  if (part) return [part];
  throw new Error(`--part must be one of ${Object.keys(PARTS).join(', ')}, not "${name}".`);
}

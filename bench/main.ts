import { messageOf } from '../src/errors/index.js';
import { cacheBenchmark } from './cache.js';
import { runBenchmarks } from './harness/run.js';
import { httpBenchmark } from './http.js';
import { ingestBenchmark } from './ingest.js';
import { knowledgeBenchmark } from './knowledge.js';
import { relationalBenchmark } from './relational.js';
import { searchBenchmark } from './search.js';
import { startBenchmark } from './start.js';

try {
  await runBenchmarks(process.argv.slice(2), [
    startBenchmark,
    ingestBenchmark,
    searchBenchmark,
    relationalBenchmark,
    cacheBenchmark,
    knowledgeBenchmark,
    httpBenchmark,
  ]);
} catch (error) {
  console.error(process.env.DEBUG ? error : `bench: ${messageOf(error)}`);
  process.exitCode = 1;
}

import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { wholeNumber } from './harness/command-line.js';
import type { Measurement } from './harness/measurement.js';
import { measureContest } from './knowledge/contest.js';
import { readKnowledge } from './knowledge/data.js';
import { Field } from './knowledge/field.js';
import { measureGrowth } from './knowledge/growth.js';
import { installPeers } from './knowledge/install.js';
import { measureKnownItems } from './knowledge/known-item.js';
import { measureRecalls } from './knowledge/recalls.js';
import { groundTruth } from './knowledge/truth.js';
import { serverUrl } from './relational/server.js';

const ROUNDS = 10;
const ROWS = 100_000;
const CONNECTIONS = 4;

type Part = (field: Field, rounds: number) => Promise<Measurement[]>;

const PARTS: Readonly<Record<string, Part>> = {
  contest: measureContest,
  recall: measureRecalls,
  known: measureKnownItems,
  growth: measureGrowth,
};

/** Vectors and search, against the libraries that are used today and what one would write by hand. */
export const knowledgeBenchmark: Benchmark = {
  name: 'knowledge',
  about: 'ingest, recall and speed of vectors against LangChain.js, LlamaIndex.TS, Mastra and SQL by hand',
  options: {
    'knowledge-part': `one of ${Object.keys(PARTS).join(', ')} (default all)`,
    'knowledge-skip': 'a part to leave out, such as growth, which loads a million rows',
    'knowledge-rows': `passages (default ${ROWS})`,
    'knowledge-rounds': `rounds in which contestants take turns (default ${ROUNDS})`,
  },
  async run(context) {
    const rows = wholeNumber('knowledge-rows', context.option('knowledge-rows') ?? String(ROWS));
    const rounds = wholeNumber('knowledge-rounds', context.option('knowledge-rounds') ?? String(ROUNDS));
    const parts = chosenParts(context);
    const knowledge = readKnowledge(rows);
    context.note(`${knowledge.passages.length} passages: ${knowledge.name}; all contestants on Node 22`);
    const peers = await installPeers(context);
    const truth = groundTruth(knowledge, context.progress);
    const settings = {
      server: serverUrl(context.option('postgres')),
      peers,
      rows,
      connections: CONNECTIONS,
    };
    const field = new Field(knowledge, truth, settings, context);
    try {
      const measurements: Measurement[] = [];
      for (const part of parts) measurements.push(...(await part(field, rounds)));
      return measurements;
    } finally {
      await field.close();
    }
  },
};

function chosenParts(context: BenchmarkContext): readonly Part[] {
  const only = context.option('knowledge-part');
  const skipped = context.option('knowledge-skip');
  for (const name of [only, skipped]) {
    if (name === undefined || PARTS[name]) continue;
    throw new Error(`A part must be one of ${Object.keys(PARTS).join(', ')}, not "${name}".`);
  }
  return Object.entries(PARTS)
    .filter(([name]) => name === (only ?? name) && name !== skipped)
    .map(([, part]) => part);
}

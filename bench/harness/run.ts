import { formatDuration } from '../../src/cli/output/duration.js';
import type { Benchmark } from './benchmark.js';
import { type CommandLine, parseCommandLine, usage } from './command-line.js';
import { describeMachine } from './machine.js';
import type { Measurement } from './measurement.js';
import { watchOtherWork } from './other-work.js';
import { formatMeasurements, writeMeasurements } from './report.js';
import { timed } from './timing.js';

/** Runs the benchmarks that the command line names, one after the other, and prints a table for each. */
export async function runBenchmarks(args: readonly string[], known: readonly Benchmark[]): Promise<void> {
  const commandLine = parseCommandLine(args, known);
  if (commandLine.help) {
    console.log(usage(known));
    return;
  }
  console.log(describeMachine());
  const measurements: Measurement[] = [];
  for (const benchmark of commandLine.benchmarks) {
    measurements.push(...(await runBenchmark(benchmark, commandLine)));
    // After each, so that a later failure takes nothing away.
    if (commandLine.json) await writeMeasurements(commandLine.json, measurements);
  }
}

async function runBenchmark(benchmark: Benchmark, { option }: CommandLine): Promise<readonly Measurement[]> {
  const notes: string[] = [];
  const otherWork = watchOtherWork();
  const { value: measurements, ms } = await timed(() =>
    benchmark.run({
      option,
      note: (line) => notes.push(line),
      progress: (line) => process.stderr.write(`${benchmark.name}: ${line}\n`),
    }),
  );
  console.log(`\n${benchmark.name}: ${benchmark.about} (${circumstances(ms, otherWork())})\n`);
  console.log(formatMeasurements(measurements));
  if (notes.length > 0) console.log(`\n${notes.map((line) => `- ${line}`).join('\n')}`);
  return measurements;
}

function circumstances(ms: number, otherWork: number | undefined): string {
  const took = `took ${formatDuration(ms)}`;
  if (otherWork === undefined) return took;
  return `${took}; other processes used ${Math.round(otherWork * 100)} % of the processor`;
}

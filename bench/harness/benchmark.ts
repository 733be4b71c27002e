import type { Measurement } from './measurement.js';

/** One file in `bench/` exports one of these; `bench/main.ts` lists them. */
export interface Benchmark {
  /** What `--only` takes. */
  readonly name: string;
  /** One line: what is measured, against what. */
  readonly about: string;
  /** Options of its own on the command line, each with a value: what `--help` says of them, by name. */
  readonly options?: Readonly<Record<string, string>>;
  run(context: BenchmarkContext): Promise<readonly Measurement[]>;
}

export interface BenchmarkContext {
  /** The value of an option of the benchmark's own. */
  option(name: string): string | undefined;
  /** A fact that belongs beside the table: what was measured on, where the time went. */
  note(line: string): void;
  /** What is going on; shown on stderr at once. */
  progress(line: string): void;
}

import { Console } from 'node:console';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.js';

export interface CliHereOptions {
  /** Default: the folder for temporary files, where no configuration lies. */
  readonly cwd?: string;
  /** Added to an environment that holds nothing but the path: no configuration of whoever runs the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CliHereResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command to its end in this process, several times as fast as in one of its own: for what a command says. How a
 * process starts, is told to end and ends is for `cli`. One runs at a time, since streams, environment and folder are the process's.
 */
export function cliHere(args: readonly string[], options: CliHereOptions = {}): Promise<CliHereResult> {
  const result = last.then(() => runHere(args, options));
  last = result.catch(() => undefined);
  return result;
}

/** Runs a command with `--json` and returns what it printed. */
export async function cliHereJson<T>(args: readonly string[], options: CliHereOptions = {}): Promise<T> {
  const { stdout, stderr } = await cliHere([...args, '--json'], options);
  if (stdout === '') throw new Error(`aquifer ${args.join(' ')} printed nothing: ${stderr}`);
  return JSON.parse(stdout) as T;
}

async function runHere(args: readonly string[], { cwd = tmpdir(), env = {} }: CliHereOptions) {
  const streams = { stdout: new Collected(), stderr: new Collected() };
  const restore = replaceSurroundings(streams, cwd, { PATH: process.env.PATH, ...env });
  try {
    const code = await run(args);
    return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
  } finally {
    restore();
  }
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Returns what puts everything back. */
function replaceSurroundings(
  streams: { readonly stdout: Writable; readonly stderr: Writable },
  cwd: string,
  env: NodeJS.ProcessEnv,
): () => void {
  const { console, process } = globalThis;
  const before = { console, cwd: process.cwd(), env: process.env };
  const names = ['stdout', 'stderr'] as const;
  const descriptors = names.map((name) => Object.getOwnPropertyDescriptor(process, name));
  for (const name of names)
    Object.defineProperty(process, name, { configurable: true, value: streams[name] });
  globalThis.console = new Console(streams);
  process.env = env;
  process.chdir(cwd);
  return () => {
    process.chdir(before.cwd);
    process.env = before.env;
    globalThis.console = before.console;
    names.forEach((name, at) => {
      Object.defineProperty(process, name, descriptors[at] ?? {});
    });
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface ChildTimes {
  /** Seconds until it printed the first line that was waited for. */
  readonly lineSeconds: number;
  /** Seconds until it ended. */
  readonly exitSeconds: number;
}

export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/**
 * Runs a command to its end.
 * @param awaited made anew for each run: whether a line of its output is the one to wait for
 * @throws Error when it fails or never prints that line
 */
export async function runChild(
  { command, args, cwd }: ChildCommand,
  awaited: (line: string) => boolean,
): Promise<ChildTimes> {
  const start = performance.now();
  const child = spawn(command, args, { cwd, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const [line, errors, status] = await Promise.all([
    whenPrinted(child.stdout, awaited),
    text(child.stderr),
    ending(child),
  ]);
  const exitSeconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${describe(args)} failed (${status}): ${errors.slice(-2000)}`);
  if (line === undefined) throw new Error(`${describe(args)} never printed what was waited for.`);
  return { lineSeconds: (line - start) / 1000, exitSeconds };
}

async function whenPrinted(
  output: Readable,
  awaited: (line: string) => boolean,
): Promise<number | undefined> {
  let at: number | undefined;
  for await (const line of createInterface({ input: output })) {
    if (at === undefined && awaited(line)) at = performance.now();
  }
  return at;
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** Without the variables of the npm that runs the benchmark, and without any configuration of Aquifer. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(npm_|aquifer_|relational_db_|vector_db_|database_url$|redis_url$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function describe(args: readonly string[]): string {
  return args.slice(-2).join(' ');
}

import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliOptions {
  /** Default: the folder for temporary files, where no configuration lies. */
  readonly cwd?: string;
  /** Added to an environment that holds nothing but the path: no configuration of whoever runs the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Makes the process the leader of a group, as a terminal does, so that a signal reaches its children too. */
  readonly ownGroup?: boolean;
  readonly uid?: number;
}

export interface CliResult {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line to its end. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** Runs a command with `--json` and returns what it printed. */
export async function cliJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { stdout, stderr } = await cli([...args, '--json'], options);
  if (stdout === '') throw new Error(`aquifer ${args.join(' ')} printed nothing: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export function startCli(
  args: readonly string[],
  { cwd = tmpdir(), env = {}, ownGroup = false, uid }: CliOptions = {},
): { child: ChildProcess; ended: Promise<CliResult> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
    ...(uid !== undefined && { uid }),
  });
  return { child, ended: resultOf(child) };
}

async function resultOf(child: ChildProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

/** A program in a process of its own that is told lines and answers in lines. The first that it says is `ready`. */
export class WorkerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #listener: ((line: string) => void) | undefined;
  readonly #said: string[] = [];
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #exit: Promise<unknown>;

  private constructor(program: string, argument: unknown, flags: readonly string[]) {
    this.#child = spawn(process.execPath, [...flags, program, JSON.stringify(argument)], { stdio: 'pipe' });
    this.#child.stderr.pipe(process.stderr);
    // It may be killed while it is being told something.
    this.#child.stdin.on('error', () => undefined);
    this.#exit = once(this.#child, 'exit');
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on('line', (line) => {
      const next = this.#waiting.shift();
      if (next) next(line);
      else if (this.#listener) this.#listener(line);
      else this.#said.push(line);
    });
  }

  /** @param argument anything that JSON can say @param flags of Node */
  static async start(
    program: string,
    argument: unknown,
    flags: readonly string[] = [],
  ): Promise<WorkerProcess> {
    const worker = new WorkerProcess(program, argument, flags);
    const first = await Promise.race([worker.said(), worker.#exit]);
    if (first !== 'ready') throw new Error(`${program} did not start`);
    return worker;
  }

  /** The next line that nobody has taken yet. */
  said(): Promise<string> {
    const line = this.#said.shift();
    return line === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(line);
  }

  /** Hears every line that nobody takes. */
  onLine(listener: (line: string) => void): void {
    this.#listener = listener;
    for (const line of this.#said.splice(0)) listener(line);
  }

  tell(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGKILL, waited for. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** Ends as it is told to by `line`. */
  async end(line: string): Promise<void> {
    this.tell(line);
    await this.#exit;
  }
}

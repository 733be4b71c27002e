import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { AquiferError } from '../../errors/index.js';
import { fromWireError, threadEntry } from '../../threads/index.js';
import type { ExtractionSource } from '../context.js';
import type { ExtractedDocument } from '../document.js';
import type { ExtractionLimits } from '../limits.js';
import { errorOfEnding, timeoutError } from './ending.js';
import type { ChildMemory, ChildMessage, ExtractionJob } from './protocol.js';

const ERROR_OUTPUT_LENGTH = 4096;

interface RunningJob {
  readonly resolve: (document: ExtractedDocument) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One child process that parses one file at a time. It is killed when a file takes too long, and it never
 * keeps this process alive except while it reads.
 */
export class ExtractionProcess {
  readonly #child: ChildProcess;
  readonly #limits: ExtractionLimits;
  readonly #ready: Promise<void>;
  #job: RunningJob | undefined;
  #ended = false;
  #errorOutput = '';
  #memory: ChildMemory = { now: 0, peak: 0 };

  constructor(limits: ExtractionLimits) {
    this.#limits = limits;
    this.#child = fork(threadEntry(import.meta.url, './main.js'), [String(limits.memoryMb)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${limits.memoryMb}`],
      env: {},
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#collectOutput(chunk));
    this.#child.on('message', (message: ChildMessage) => this.#settle(message));
    this.#ready = new Promise((resolve, reject) => {
      this.#child.once('message', () => resolve());
      this.#child.on('error', (error) => reject(this.#startError(error)));
      this.#child.once('close', (exitCode, signal) => reject(this.#close(exitCode, signal)));
    });
    this.#ready.catch(() => {});
  }

  /** Process id, for operators and tests. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get memory(): ChildMemory {
    return this.#memory;
  }

  /**
   * Reads one file; the time limit counts from when the process is up.
   *
   * @throws AQF_EXTRACTION_TIMEOUT, AQF_EXTRACTION_MEMORY, AQF_EXTRACTION_CRASHED, and what the reader threw
   */
  async run(source: ExtractionSource): Promise<ExtractedDocument> {
    this.#holdParent();
    try {
      await this.#ready;
      return await this.#dispatch({ source, limits: this.#limits });
    } finally {
      this.#releaseParent();
    }
  }

  /** Ends the process at once; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#ended = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await gone;
  }

  #dispatch(job: ExtractionJob): Promise<ExtractedDocument> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(), this.#limits.timeoutMs);
      this.#job = { resolve, reject, timer };
      // When the child is gone already, its end says more than the broken channel does.
      this.#child.send(job, (error) => {
        if (error) void this.kill();
      });
    });
  }

  #settle(message: ChildMessage): void {
    if (message.type === 'ready') return;
    this.#memory = message.memory;
    if (message.type === 'done') this.#takeJob()?.resolve(message.document);
    else this.#fail(fromWireError(message.error));
  }

  #expire(): void {
    void this.kill();
    this.#fail(timeoutError(this.#limits.timeoutMs));
  }

  #close(exitCode: number | null, signal: NodeJS.Signals | null): Error {
    this.#ended = true;
    const error = errorOfEnding({ exitCode, signal, errorOutput: this.#errorOutput }, this.#limits.memoryMb);
    if (error.code === 'AQF_EXTRACTION_MEMORY') this.#memory = atLimit(this.#limits.memoryMb);
    this.#fail(error);
    return error;
  }

  #startError(error: Error): Error {
    this.#ended = true;
    return new AquiferError('AQF_EXTRACTION_CRASHED', `No process could be started: ${error.message}`, {
      hint: 'Check the memory and the number of processes that the system allows.',
      cause: error,
    });
  }

  #fail(error: Error): void {
    this.#takeJob()?.reject(error);
  }

  #takeJob(): RunningJob | undefined {
    const job = this.#job;
    this.#job = undefined;
    clearTimeout(job?.timer);
    return job;
  }

  #collectOutput(chunk: Buffer): void {
    this.#errorOutput = (this.#errorOutput + chunk.toString('utf8')).slice(-ERROR_OUTPUT_LENGTH);
  }

  #holdParent(): void {
    this.#child.ref();
    this.#child.channel?.ref();
  }

  #releaseParent(): void {
    this.#child.unref();
    this.#child.channel?.unref();
    (this.#child.stderr as Socket | null)?.unref();
  }
}

function atLimit(memoryMb: number): ChildMemory {
  const bytes = memoryMb * 1024 * 1024;
  return { now: bytes, peak: bytes };
}

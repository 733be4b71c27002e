import { type Transferable, Worker } from 'node:worker_threads';
import { AquiferError } from '../errors/index.js';
import { type CallMessage, fromWireError, type ReplyMessage } from './wire.js';

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The functions a worker serves, by name. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` accepts handlers of every parameter list here
export type Handlers = Record<string, (...args: any[]) => unknown>;

export interface ThreadOptions {
  /** Shown in errors. */
  readonly name: string;
  readonly workerData?: unknown;
}

/**
 * Runs blocking work in a worker thread and calls it as promises. The thread keeps the process alive
 * only while a call is pending.
 */
export class ThreadHost<Api extends Handlers> {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #failure: AquiferError | undefined;

  constructor(entry: string, options: ThreadOptions) {
    this.#name = options.name;
    // The flags of the caller's process, such as --input-type, are not for a thread that starts from a file.
    const { workerData, name } = options;
    this.#worker = new Worker(entry, { workerData, name, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (reply: ReplyMessage) => this.#settle(reply));
    this.#worker.on('error', (error) =>
      this.#fail(`The ${this.#name} thread crashed: ${error.message}`, error),
    );
    this.#worker.on('exit', (code) => this.#fail(`The ${this.#name} thread has ended (exit code ${code}).`));
  }

  /**
   * Calls a handler in the thread.
   * @throws what the handler threw; AQF_WORKER_CRASHED when the thread is gone
   */
  call<M extends keyof Api & string>(
    method: M,
    args: Parameters<Api[M]>,
    transfer: readonly Transferable[] = [],
  ): Promise<Awaited<ReturnType<Api[M]>>> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const message: CallMessage = { id, method, args };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.ref();
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Ends the thread at once; pending calls are rejected. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: ReplyMessage): void {
    const call = this.#pending.get(reply.id);
    if (!call) return;
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (reply.ok) call.resolve(reply.value);
    else call.reject(fromWireError(reply.error));
  }

  #fail(message: string, cause?: unknown): void {
    this.#failure ??= new AquiferError('AQF_WORKER_CRASHED', message, { cause });
    for (const call of this.#pending.values()) call.reject(this.#failure);
    this.#pending.clear();
  }
}

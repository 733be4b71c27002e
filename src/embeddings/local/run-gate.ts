import { AquiferError } from '../../errors/index.js';

/** Places in the shared memory. */
const RUNS = 0;
const CLOSED = 1;
/** Longer than any run; only a thread that died within one makes us wait this long. Milliseconds. */
const LONGEST_RUN = 5_000;

/**
 * Knows whether native code computes in a thread, from both of its sides. A thread that is terminated
 * while onnxruntime-node computes takes the whole process with it (`Napi::Error`, SIGABRT), so whoever ends
 * the thread or the process closes the gate first and waits until the thread is out.
 */
export class RunGate {
  /** To be handed to the other side. */
  readonly memory: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#state = new Int32Array(memory);
  }

  /** @throws AQF_LAYER_CLOSED once the gate is closed */
  async pass<T>(run: () => Promise<T>): Promise<T> {
    Atomics.add(this.#state, RUNS, 1);
    try {
      // Looked at only after being counted, so that `close` either stops this run or sees it.
      if (Atomics.load(this.#state, CLOSED) === 1) {
        throw new AquiferError('AQF_LAYER_CLOSED', 'The embedding model is closed.');
      }
      return await run();
    } finally {
      Atomics.sub(this.#state, RUNS, 1);
      Atomics.notify(this.#state, RUNS);
    }
  }

  /** No run begins any more. */
  close(): void {
    Atomics.store(this.#state, CLOSED, 1);
  }

  /** The same, and blocks until the runs under way have ended: for the end of a process, which awaits nothing. */
  closeAndBlock(): void {
    this.close();
    for (;;) {
      const runs = Atomics.load(this.#state, RUNS);
      if (runs === 0 || Atomics.wait(this.#state, RUNS, runs, LONGEST_RUN) === 'timed-out') return;
    }
  }
}

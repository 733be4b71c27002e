import { ThreadHost } from '../../threads/index.js';
import { RunGate } from './run-gate.js';

/** The vectors of many texts in one piece of memory. */
export interface EmbeddedTexts {
  /** Unit vectors one after another, in the order of the texts and their windows. */
  readonly vectors: Float32Array;
  /** Windows of each text, at least one. */
  readonly windowCounts: Uint32Array;
  /** Of all windows together. */
  readonly tokens: number;
}

/** What the thread of a model serves. */
export type ModelWorkerApi = {
  /** @param prefix stands before each window */
  embed(texts: readonly string[], prefix: string): Promise<EmbeddedTexts>;
};

/** What a thread is started with: its compiled file, and what it finds as `workerData` beside the gate. */
export interface ModelThreadStart {
  readonly entry: string;
  readonly settings: object;
}

/** What the host hands to the thread beside the settings. */
export interface GateData {
  /** Memory of the `RunGate` that all native code runs behind. */
  readonly gate: SharedArrayBuffer;
}

/** The thread that holds a model, ended only between two runs of it. */
export class ModelThread {
  readonly #gate = new RunGate();
  readonly #host: ThreadHost<ModelWorkerApi>;
  readonly #calls = new Set<Promise<EmbeddedTexts>>();
  readonly #onExit = () => this.#gate.closeAndBlock();

  constructor({ entry, settings }: ModelThreadStart) {
    const workerData = { ...settings, gate: this.#gate.memory };
    this.#host = new ThreadHost(entry, { name: 'embedding', workerData });
    process.on('exit', this.#onExit);
  }

  async embed(texts: readonly string[], prefix: string): Promise<EmbeddedTexts> {
    const call = this.#host.call('embed', [texts, prefix]);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Pending calls are refused at their next run; then the thread ends. */
  async close(): Promise<void> {
    this.#gate.close();
    await Promise.allSettled(this.#calls);
    await this.#host.terminate();
    process.off('exit', this.#onExit);
  }
}
